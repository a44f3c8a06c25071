// capabilities, mode=terminology: which code systems can be asked, and how. https://hl7.org/fhir/R4/terminologycapabilities.html
import type { AnyResource } from '../fhir/types.js'
import type { Registry } from '../plugin/registry.js'
import type { TerminologyParts } from '../terminology/sources.js'

/** What the statement says of the installation. */
export interface TerminologyCapabilityOptions {
  readonly registry: Registry
  readonly terminology: TerminologyParts
  readonly software: { readonly name: string; readonly version: string }
  /** When the server started, milliseconds since the epoch. */
  readonly date: number
  readonly baseUrl: string
}

interface System {
  readonly version: string | undefined
  readonly subsumption: boolean
}

/**
 * The TerminologyCapabilities: code systems whose codes come with the server or were loaded as archives. Those that are
 * stored are found by searching CodeSystem, as far as the caller may see them.
 */
export function terminologyCapabilities(options: TerminologyCapabilityOptions): AnyResource {
  const { registry, software, terminology } = options
  const date = new Date(options.date).toISOString()
  const offers = (type: string, name: string) =>
    registry.operations.some((each) => each.name === name && each.types?.includes(type))
  return {
    resourceType: 'TerminologyCapabilities',
    status: 'active',
    date,
    kind: 'instance',
    software,
    implementation: { description: `${software.name} terminology service`, url: options.baseUrl },
    lockedDate: false,
    codeSystem: [...systemsOf(terminology)].map(([uri, { version, subsumption }]) => ({
      uri,
      ...(version === undefined ? {} : { version: [{ code: version, isDefault: true }] }),
      subsumption,
    })),
    ...(offers('ValueSet', 'expand') ? { expansion } : {}),
    codeSearch: 'all',
    ...(offers('ValueSet', 'validate-code') ? { validateCode: { translations: true } } : {}),
    ...(offers('ConceptMap', 'translate') ? { translation: { needsMap: false } } : {}),
    ...(registry.operations.some(({ name }) => name === 'closure')
      ? { closure: { translation: false } }
      : {}),
  }
}

const expansion = {
  hierarchical: true,
  paging: true,
  incomplete: false,
  parameter: [
    'url',
    'valueSet',
    'valueSetVersion',
    'filter',
    'offset',
    'count',
    'includeDesignations',
    'designation',
    'includeDefinition',
    'activeOnly',
    'excludeNested',
    'excludeNotForUI',
    'displayLanguage',
    'exclude-system',
    'system-version',
    'check-system-version',
    'force-system-version',
  ].map((name) => ({ name })),
  textFilter: 'Words of the filter begin words of a display or designation, without case and accents.',
}

/** Later ones win: what is loaded counts before what is bundled. */
function systemsOf({ archives, bundled, grammars }: TerminologyParts): ReadonlyMap<string, System> {
  const systems = new Map<string, System>()
  for (const url of bundled.urls('CodeSystem')) {
    const resource = bundled.find('CodeSystem', url)
    if (resource?.content !== 'complete' && resource?.content !== 'fragment') continue
    const version = typeof resource.version === 'string' ? resource.version : undefined
    systems.set(url, { version, subsumption: true })
  }
  for (const { system, version } of grammars) systems.set(system, { version, subsumption: false })
  for (const { system, version } of archives) systems.set(system, { version, subsumption: true })
  return systems
}
