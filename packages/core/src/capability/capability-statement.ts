// capabilities: what this server can do, derived from its registry. https://hl7.org/fhir/R4/http.html#capabilities
import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { type HandledInteraction, refuse } from '../plugin/handlers.js'
import type { Registry } from '../plugin/registry.js'

/** What the statement says of the installation. */
export interface CapabilityOptions {
  readonly registry: Registry
  readonly definitions: Definitions
  readonly software: { readonly name: string; readonly version: string }
  /** When the server started, milliseconds since the epoch. */
  readonly date: number
  readonly baseUrl: string
  /** Whether browsers of other origins may call. */
  readonly cors: boolean
}

const interactions: readonly (readonly [code: string, handled: HandledInteraction])[] = [
  ['read', 'read'],
  ['vread', 'vread'],
  ['update', 'update'],
  ['patch', 'patch'],
  ['delete', 'delete'],
  ['history-instance', 'history'],
  ['history-type', 'history'],
  ['create', 'create'],
  ['search-type', 'search'],
]

/** The CapabilityStatement. Only what the registry and the definitions hold is claimed. */
export function capabilityStatement(options: CapabilityOptions): AnyResource {
  const { definitions, registry, software } = options
  const date = new Date(options.date).toISOString()
  const referrers = referrersOf(definitions)
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { ...software, releaseDate: date },
    implementation: { description: `${software.name} FHIR R4 server`, url: options.baseUrl },
    fhirVersion: definitions.fhirVersion,
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: { cors: options.cors },
        resource: definitions.resourceTypes.map((type) =>
          resourceOf(options, type, referrers.get(type) ?? []),
        ),
        interaction: ['transaction', 'batch', 'search-system', 'history-system'].map((code) => ({ code })),
        ...(systemOperations(registry).length > 0 ? { operation: systemOperations(registry) } : {}),
        compartment: [...definitions.compartments.keys()].map(
          (code) => `http://hl7.org/fhir/CompartmentDefinition/${code.toLowerCase()}`,
        ),
      },
    ],
  }
}

function resourceOf(
  options: CapabilityOptions,
  type: string,
  revincludes: readonly string[],
): Record<string, unknown> {
  const { definitions, registry } = options
  const offers = (handled: HandledInteraction) => !registry.handlers(type, handled).includes(refuse as never)
  const parameters = [...definitions.searchParameters(type).values()].filter(isSearchable)
  const includes = parameters
    .filter((parameter) => parameter.type === 'reference')
    .map(({ code }) => `${type}:${code}`)
  const operations = registry.operations
    .filter(({ level, types }) => (level.type || level.instance) && (!types || types.includes(type)))
    .map(({ name, url }) => ({ name, definition: url }))
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: interactions.filter(([, handled]) => offers(handled)).map(([code]) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: offers('update'),
    conditionalCreate: offers('create'),
    conditionalRead: 'full-support',
    conditionalUpdate: offers('update'),
    conditionalDelete: offers('delete') ? 'single' : 'not-supported',
    ...(includes.length > 0 ? { searchInclude: ['*', ...includes] } : {}),
    ...(revincludes.length > 0 ? { searchRevInclude: revincludes } : {}),
    searchParam: parameters.map(({ code, type: kind, url, description }) => ({
      name: code,
      definition: url,
      type: kind,
      ...(description === '' ? {} : { documentation: description }),
    })),
    ...(operations.length > 0 ? { operation: operations } : {}),
  }
}

/** Parameters of type special and composite are completed by a later release; what cannot be searched is not claimed. */
function isSearchable(parameter: SearchParameter): boolean {
  return parameter.type !== 'special'
}

function systemOperations(registry: Registry): { name: string; definition: string }[] {
  return registry.operations
    .filter(({ level }) => level.system)
    .map(({ name, url }) => ({ name, definition: url }))
}

/** For each type, the `Type:param` references that may point to it: its `_revinclude` values. */
function referrersOf(definitions: Definitions): Map<string, string[]> {
  const referrers = new Map<string, string[]>()
  for (const source of definitions.resourceTypes) {
    for (const parameter of definitions.searchParameters(source).values()) {
      if (parameter.type !== 'reference') continue
      for (const target of parameter.target ?? []) {
        const list = referrers.get(target)
        if (list) list.push(`${source}:${parameter.code}`)
        else referrers.set(target, [`${source}:${parameter.code}`])
      }
    }
  }
  return referrers
}
