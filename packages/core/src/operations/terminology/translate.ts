import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { ConceptMapResource, MapDependency } from '../../terminology/content.js'
import type { CodeReference } from '../../terminology/membership.js'
import {
  isTranslation,
  type MapMatch,
  type TranslateOptions,
  translate,
} from '../../terminology/translate.js'
import { parameter, parameters } from './asking.js'
import { terminologyOperation } from './define.js'
import { malformed, type OperationInput, objectIn, partsOf } from './input.js'
import { codeOf } from './system-of.js'

/** `ConceptMap/$translate` (https://hl7.org/fhir/R4/conceptmap-operation-translate.html). */
export function translateOperation(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<ConceptMapResource>(parts, {
    type: 'ConceptMap',
    name: 'translate',
    body: 'conceptMap',
    answer: (view, input, instance) => answer(translations(view, input, instance)),
  })
}

function translations(
  view: TerminologyView,
  input: OperationInput,
  instance: ConceptMapResource | undefined,
): MapMatch[] {
  const codes = codesOf(input)
  const reverse = input.boolean('reverse') ?? false
  const targetSystem = input.text('targetsystem')
  const options: TranslateOptions = {
    reverse,
    ...(targetSystem === undefined ? {} : { targetSystem }),
    dependencies: input.named('dependency').map(dependency),
  }
  return codes.flatMap((code) =>
    mapsFor(view, input, instance, code, reverse).flatMap((map) =>
      translate(map, code, options, (canonical) => view.conceptMap(canonical)),
    ),
  )
}

/** The map that is named, else every map from the code's system that fits the value sets asked for. */
function mapsFor(
  view: TerminologyView,
  input: OperationInput,
  instance: ConceptMapResource | undefined,
  { system }: CodeReference,
  reverse: boolean,
): readonly ConceptMapResource[] {
  const given = instance ?? (input.resource('conceptMap', 'ConceptMap') as ConceptMapResource | undefined)
  if (given) return [given]
  const url = input.text('url')
  if (url !== undefined) {
    const version = input.text('conceptMapVersion')
    const canonical = version === undefined ? url : `${url}|${version}`
    const found = view.conceptMap(canonical)
    if (found) return [found]
    throw new FhirError('not-found', `There is no concept map ${canonical} here.`)
  }
  if (system === undefined) {
    throw malformed('Expected the system of the code, or the url of a concept map; neither is there.')
  }
  const [source, target] = [input.text('source'), input.text('target')]
  const [from, to] = reverse ? [target, source] : [source, target]
  return view.conceptMaps(reverse ? 'target' : 'source', system).filter((map) => {
    const fits = (wanted: string | undefined, ...ends: unknown[]) =>
      wanted === undefined || ends.includes(wanted)
    return fits(from, map.sourceUri, map.sourceCanonical) && fits(to, map.targetUri, map.targetCanonical)
  })
}

function codesOf(input: OperationInput): readonly CodeReference[] {
  const concept = input.codeableConcept('codeableConcept')
  const one = codeOf(input, { code: 'code', coding: 'coding' })
  if (one && concept) throw malformed('Expected one of code, coding and codeableConcept; found several.')
  const codes = concept ?? (one ? [one] : [])
  if (codes.length > 0) return codes
  throw malformed('Expected code with system, coding or codeableConcept; none is there.')
}

/** `element` and `concept` of a `dependency`. */
function dependency(given: Readonly<Record<string, unknown>>): MapDependency {
  const parts = partsOf(given)
  const property = parts.find(({ name }) => name === 'element')?.valueUri
  const concept = objectIn(parts.find(({ name }) => name === 'concept')?.valueCodeableConcept)
  const coding = Array.isArray(concept?.coding) ? objectIn(concept.coding[0]) : undefined
  const value = coding?.code ?? concept?.text
  if (typeof property !== 'string' || typeof value !== 'string') {
    throw malformed(
      'dependency: expected the parts element, as valueUri, and concept, as valueCodeableConcept.',
    )
  }
  return { property, value, ...(typeof coding?.system === 'string' ? { system: coding.system } : {}) }
}

function answer(matches: readonly MapMatch[]): AnyResource {
  const result = matches.some(isTranslation)
  return parameters([
    ...parameter('result', 'Boolean', result),
    ...(result
      ? []
      : parameter('message', 'String', 'None of the concept maps here has a translation of the code.')),
    ...matches.map(({ equivalence, concept, product, source }) => ({
      name: 'match',
      part: [
        ...parameter('equivalence', 'Code', equivalence),
        ...parameter('concept', 'Coding', concept),
        ...product.map(({ property, system, value, display }) => ({
          name: 'product',
          part: [
            ...parameter('element', 'Uri', property),
            ...parameter('concept', 'Coding', {
              ...(system === undefined ? {} : { system }),
              code: value,
              ...(display === undefined ? {} : { display }),
            }),
          ],
        })),
        ...parameter('source', 'Uri', source),
      ],
    })),
  ])
}
