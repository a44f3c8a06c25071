// capabilities: what this server can do, derived from its registry. https://hl7.org/fhir/R4/http.html#capabilities
import type { Definitions } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { type HandledInteraction, refuse } from '../plugin/handlers.js'
import type { Registry } from '../plugin/registry.js'
import type { FullText } from '../search/parse.js'
import { referrersOf, searchOfSystem, searchOfType } from './search-capabilities.js'

/** What the statement says of the installation. */
export interface CapabilityOptions {
  readonly registry: Registry
  readonly definitions: Definitions
  readonly software: { readonly name: string; readonly version: string }
  /** When the server started, milliseconds since the epoch. */
  readonly date: number
  readonly baseUrl: string
  /** The words that can be searched. */
  readonly fullText: FullText
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
    format: ['application/fhir+json', 'json', 'application/fhir+xml', 'xml'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
    rest: [
      {
        mode: 'server',
        security: { cors: options.cors },
        resource: definitions.resourceTypes.map((type) =>
          resourceOf(options, type, referrers.get(type) ?? []),
        ),
        interaction: ['transaction', 'batch', 'search-system', 'history-system'].map((code) => ({ code })),
        searchParam: searchOfSystem(definitions, options.fullText),
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
    ...searchOfType(definitions, options.fullText, type, revincludes),
    ...(operations.length > 0 ? { operation: operations } : {}),
  }
}

function systemOperations(registry: Registry): { name: string; definition: string }[] {
  return registry.operations
    .filter(({ level }) => level.system)
    .map(({ name, url }) => ({ name, definition: url }))
}
