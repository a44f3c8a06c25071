import type { ConformanceSource } from '../../../src/definitions/conformance.js'
import type { ElementDefinition } from '../../../src/validation/shapes/element-definition.js'
import type { Spot } from './spots.js'

const core = 'http://hl7.org/fhir/StructureDefinition/'

/** The published definition of an element, by type or path of its owner and name. */
export function publishedElements(
  source: ConformanceSource,
): (place: Pick<Spot, 'owner' | 'name'>) => ElementDefinition | undefined {
  const types = new Map<string, ReadonlyMap<string, ElementDefinition>>()

  function ofType(type: string): ReadonlyMap<string, ElementDefinition> {
    let found = types.get(type)
    if (!found) {
      const definition = source.find('StructureDefinition', `${core}${type}`)
      const { element = [] } = (definition?.snapshot ?? {}) as { element?: readonly ElementDefinition[] }
      found = new Map(element.map((each) => [each.path.replace('[x]', ''), each]))
      types.set(type, found)
    }
    return found
  }

  function find(path: string, depth = 0): ElementDefinition | undefined {
    const elements = ofType(path.split('.')[0] as string)
    const own = elements.get(path)
    if (own || depth > 20) return own
    // Below a content reference, such as Questionnaire.item.item.linkId.
    const steps = path.split('.')
    for (let length = steps.length - 1; length > 1; length--) {
      const reference = elements.get(steps.slice(0, length).join('.'))?.contentReference
      if (reference === undefined) continue
      return find([reference.slice(reference.indexOf('#') + 1), ...steps.slice(length)].join('.'), depth + 1)
    }
    return undefined
  }

  return ({ owner, name }) => find(`${owner}.${name}`)
}
