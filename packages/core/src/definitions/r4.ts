import type {
  CompartmentDefinition,
  Definitions,
  SearchParameter,
  SearchParameterType,
} from './definitions.js'
import { type CompactElements, createElements } from './elements.js'
import { loadGenerated } from './generated.js'

/** `[code, type, url tail, description, expression, targets, components]`, shortened at the end; 0 where absent. */
type CompactParameter = readonly [
  code: string,
  type: SearchParameterType,
  url: string,
  description: string,
  expression?: string | 0,
  target?: readonly string[] | 0,
  components?: readonly (readonly [code: string, type: SearchParameterType, expression: string])[],
]

interface CompactDefinitions {
  readonly fhirVersion: string
  readonly typeNumbers: Readonly<Record<string, number>>
  readonly bases: Readonly<Record<string, string>>
  readonly searchParameters: Readonly<Record<string, readonly CompactParameter[]>>
  readonly compartments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

function expand([
  code,
  type,
  url,
  description,
  expression,
  target,
  components,
]: CompactParameter): SearchParameter {
  return Object.freeze({
    code,
    type,
    url: `http://hl7.org/fhir/SearchParameter/${url}`,
    description,
    ...(expression ? { expression } : {}),
    ...(target ? { target } : {}),
    ...(components
      ? { components: components.map(([code, type, expression]) => ({ code, type, expression })) }
      : {}),
  })
}

function createR4(compact: CompactDefinitions): Definitions {
  const resourceTypes = Object.freeze(Object.keys(compact.typeNumbers))
  const numbers = new Map(Object.entries(compact.typeNumbers))
  const names = new Map([...numbers].map(([name, number]) => [number, name]))
  const parameters = new Map<string, ReadonlyMap<string, SearchParameter>>()
  const none: ReadonlyMap<string, SearchParameter> = new Map()

  function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
    const known = parameters.get(type)
    if (known) return known
    const base = Object.hasOwn(compact.bases, type) ? compact.bases[type] : undefined
    if (base === undefined && type !== 'Resource') return none
    const map = new Map(base === undefined ? [] : searchParameters(base))
    for (const row of compact.searchParameters[type] ?? []) map.set(row[0], expand(row))
    parameters.set(type, map)
    return map
  }

  return Object.freeze({
    fhirVersion: compact.fhirVersion,
    resourceTypes,
    isResourceType: (name: string) => numbers.has(name),
    typeNumber: (type: string) => numbers.get(type),
    typeName: (number: number) => names.get(number),
    searchParameters,
    compartments: new Map<string, CompartmentDefinition>(
      Object.entries(compact.compartments).map(([code, resource]) => [code, { code, resource }]),
    ),
    elements: createElements(() => loadGenerated<CompactElements>('elements.json')),
  })
}

/**
 * The R4 (4.0.1) definitions. Loading this module reads one file of half a megabyte; element metadata is read when it is
 * first asked for.
 *
 * `_text` and `_content` are listed without an expression, for they have none. `_query` is not listed: it names a query
 * and indexes nothing. A shared parameter (`clinical-code`) has, on each type, that type's expression and description.
 */
export const r4: Definitions = createR4(loadGenerated<CompactDefinitions>('definitions.json'))
