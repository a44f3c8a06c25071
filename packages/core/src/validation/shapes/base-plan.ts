import { loadValidators } from '../generated.js'
import {
  coreUrl,
  type ElementBinding,
  type ElementType,
  type StructureDefinition,
} from './element-definition.js'
import type { ElementNode } from './element-tree.js'
import type { Property } from './items.js'
import type { Snapshots } from './snapshot.js'

/** A JSON property that has something to check, itself or below. */
export interface PlannedProperty extends Property {
  /** As an expression says it. */
  readonly name: string
  /** `Patient.name`; of an inherited element its path where it is defined as well. */
  readonly paths: readonly string[]
  readonly binding?: ElementBinding
  /** Resource types that a Reference may lead to; absent for any. */
  readonly targets?: readonly string[]
  readonly primitive: boolean
}

/** What is to be checked of a type, by JSON property. The underscore siblings of primitives are in it. */
export type TypePlan = ReadonlyMap<string, PlannedProperty>

const empty: TypePlan = new Map()

/** Compiles, for each type when it is first met, what its base definition asks for and structure does not check. */
export class BasePlans {
  readonly #snapshots: Snapshots
  readonly #plans = new Map<string, TypePlan>()

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots
  }

  /** @param type name of a type, or path of a backbone element. */
  planOf(type: string): TypePlan {
    let plan = this.#plans.get(type)
    if (!plan) {
      plan = this.#compile(type)
      this.#plans.set(type, plan)
    }
    return plan
  }

  /** The type and what it inherits from, nearest first: `Age`, `Quantity`, `Element`. */
  ancestorsOf(type: string): string[] {
    const found: string[] = []
    let at: string | undefined = type.includes('.') ? 'BackboneElement' : type
    while (at !== undefined && found.length < 10) {
      found.push(at)
      const definition: StructureDefinition | undefined = this.#snapshots.find(at)
      at = definition?.baseDefinition?.slice(coreUrl.length)
    }
    return found
  }

  /** The JSON properties of an element, given the path where its base is defined. */
  propertiesOf(path: string, types: readonly ElementType[] | undefined): Property[] {
    const [name = ''] = path.split('.').slice(-1)
    if (!name.endsWith('[x]')) {
      const [type] = types ?? []
      const backbone = type?.code === 'BackboneElement' || type?.code === 'Element' || !type
      return [{ key: name, type: backbone ? path : typeCode(type) }]
    }
    const wide = this.nodeAt(path)?.element.type ?? types ?? []
    return choiceProperties(name, wide)
  }

  #compile(type: string): TypePlan {
    const node = this.nodeAt(type)
    if (!node) return empty
    const plan = new Map<string, PlannedProperty>()
    for (const child of node.children) {
      for (const property of planned(child, type)) {
        if (!property.primitive || property.binding) plan.set(property.key, property)
        if (property.primitive) plan.set(`_${property.key}`, sibling(property))
      }
    }
    return plan
  }

  /** The element of a base definition at a path; the root for a type. */
  nodeAt(path: string): ElementNode | undefined {
    const [root = '', ...names] = path.split('.')
    const definition = this.#snapshots.find(root)
    if (!definition) return undefined
    return names.reduce<ElementNode | undefined>(
      (node, name) => node?.children.find((child) => child.name === name),
      this.#snapshots.treeOf(definition),
    )
  }
}

function planned({ name, element }: ElementNode, parent: string): PlannedProperty[] {
  const path = `${parent}.${name}`
  const common = {
    name: name.replace('[x]', ''),
    paths: [...new Set([path, element.base?.path ?? path].map((each) => each.replace('[x]', '')))],
  }
  if (element.contentReference !== undefined) {
    const type = element.contentReference.slice(element.contentReference.indexOf('#') + 1)
    return [{ ...common, key: name, type, primitive: false }]
  }
  const types = element.type ?? []
  const properties: Property[] = name.endsWith('[x]')
    ? choiceProperties(name, types)
    : types.slice(0, 1).map((type) => ({ key: name, type: typeCode(type) }))
  return properties
    .filter(({ type }) => type !== 'xhtml' && type !== 'Resource' && !type.includes('/System.'))
    .map((property) => {
      const primitive = /^[a-z]/.test(property.type)
      const binding = bindingFor(element.binding, property.type)
      const targets = property.type === 'Reference' ? targetsOf(types) : undefined
      return {
        ...common,
        ...property,
        type: ['BackboneElement', 'Element'].includes(property.type) ? path : property.type,
        primitive,
        ...(binding ? { binding } : {}),
        ...(targets ? { targets } : {}),
      }
    })
}

/** What a binding asks for besides what the structural schema has checked. */
function bindingFor(binding: ElementBinding | undefined, type: string): ElementBinding | undefined {
  if (binding?.valueSet === undefined || binding.strength === 'example') return undefined
  if (!bindable.has(type)) return undefined
  const listed = loadValidators().valueSets[binding.valueSet.split('|')[0] ?? '']
  return type === 'code' && binding.strength === 'required' && listed ? undefined : binding
}

const bindable = new Set([
  'code',
  'uri',
  'string',
  'Coding',
  'CodeableConcept',
  'Quantity',
  'Duration',
  'Age',
])

function sibling(property: PlannedProperty): PlannedProperty {
  const { binding: _, ...rest } = property
  return { ...rest, key: `_${property.key}`, primitive: false }
}

function choiceProperties(name: string, types: readonly ElementType[]): Property[] {
  return types.map((type) => {
    const code = typeCode(type)
    return {
      key: name.slice(0, -3) + code.charAt(0).toUpperCase() + code.slice(1),
      type: code,
      cast: code,
    }
  })
}

function targetsOf(types: readonly ElementType[]): readonly string[] | undefined {
  const targets = types
    .filter(({ code }) => code === 'Reference')
    .flatMap(({ targetProfile }) => targetProfile ?? [`${coreUrl}Resource`])
    .map((target) => target.slice(target.lastIndexOf('/') + 1))
  return targets.includes('Resource') ? undefined : targets
}

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'

/** FHIR's name of a type: an extension tells it where the code is a type of FHIRPath. */
export function typeCode(type: ElementType): string {
  if (!type.code.includes('/System.')) return type.code
  const said = type.extension?.find(({ url }) => url === fhirType)?.valueUrl
  return typeof said === 'string' ? said : type.code
}
