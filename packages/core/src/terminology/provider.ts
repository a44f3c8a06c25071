import { Recent } from '../definitions/recent.js'
import type { Concept } from './content.js'
import type { CodeArchive, KnownCode } from './membership.js'

/**
 * A code system as value sets see it: concepts held in memory, an archive of a large distribution, or a grammar. Codes
 * are given and taken as the system spells them.
 */
export interface CodeProvider {
  readonly system: string
  readonly version: string | undefined
  readonly title: string | undefined
  /** True where a code that is not here does not exist. */
  readonly complete: boolean
  /** Undefined for a grammar: its codes have no end. */
  readonly size: number | undefined
  /** The code as the system spells it, where it does not mind case; undefined for an unknown one. */
  spelled(code: string): string | undefined
  lookup(code: string): KnownCode | undefined
  parents(code: string): Iterable<string>
  children(code: string): Iterable<string>
  /** Whether `ancestor` subsumes `code` or is the same. */
  subsumes(ancestor: string, code: string): boolean
  /** What a concept has of a property, as text; code, display and the hierarchy count as properties. */
  property(code: string, property: string): readonly string[]
  /** All codes in the order of the system, from after the given one. */
  codes(after?: string): Iterable<string>
  /** Codes whose names have words that begin like those of the text; undefined where codes have to be looked at one by one. */
  search?(text: string, limit: number): readonly string[]
  /** The codes that a code subsumes, itself included, where they are held in memory. */
  below?(code: string): Set<string>
  above?(code: string): Set<string>
  /** The concept as its CodeSystem has it. */
  concept?(code: string): Concept | undefined
  /** A filter that the system evaluates in a way of its own. */
  filter?(property: string, op: string, value: string): Test | undefined
  /** Names of properties that its codes have, where `concept` does not tell. */
  readonly properties?: readonly string[]
}

/** Tells of one code whether it is kept. */
export interface Test {
  (code: string): boolean
  /** The codes that are kept, and maybe others, where there is a shorter way than through all of the system. */
  readonly candidates?: () => Iterable<string>
  /** True where the candidates are the codes that are kept, without others. */
  readonly exact?: boolean
}

/** Codes of an archive that are asked again and again: what was read of them is kept. */
const keptCodes = 5000
const keptTests = 20_000

/** Names of the archive's system that mean something of its own. */
const snomed = 'http://snomed.info/sct'
const general = new Set(['concept', 'code', 'display', 'parent', 'child'])

/** The archive of a large code system. */
export function archiveProvider(archive: CodeArchive): CodeProvider {
  const known = new Recent<{ readonly found: KnownCode | undefined }>(keptCodes)
  const lookup = (code: string) => known.get(code, 1, () => ({ found: archive.lookup(code) })).found
  return {
    system: archive.system,
    version: archive.version,
    title: undefined,
    complete: true,
    size: archive.size,
    spelled: (code) => lookup(code)?.code,
    lookup,
    parents: (code) => archive.parents(code),
    children: (code) => archive.children(code),
    subsumes: (ancestor, code) => archive.subsumes(ancestor, code),
    property(code, property) {
      switch (property) {
        case 'concept':
        case 'code':
          return [code]
        case 'display':
          return [lookup(code)?.display ?? []].flat()
        case 'parent':
          return archive.parents(code)
        case 'child':
          return archive.children(code)
        default:
          return archive.property(code, property)
      }
    },
    codes: (after) => archive.codes(after),
    search: (text, limit) => archive.search(text, limit),
    filter: (property, op, value) => archiveFilter(archive, property, op, value),
    ...(archive.properties ? { properties: archive.properties } : {}),
  }
}

/**
 * Values of properties by their index; of SNOMED CT members of reference sets (`concept in 816080008`,
 * https://hl7.org/fhir/R4/snomedct.html#4.3.1.0.7), of others what is below an `ancestor`.
 */
function archiveFilter(archive: CodeArchive, property: string, op: string, value: string): Test | undefined {
  if (archive.system === snomed && property === 'concept' && op === 'in') {
    return byValue(archive, 'memberOf', value)
  }
  if (property === 'ancestor' && op === '=') {
    return (code) => code !== value && archive.subsumes(value, code)
  }
  return op === '=' && !general.has(property) ? byValue(archive, property, value) : undefined
}

function byValue(archive: CodeArchive, property: string, value: string): Test {
  const test = (code: string) => archive.property(code, property).includes(value)
  if (!archive.withProperty) return remembered(test)
  return Object.assign(remembered(test), {
    candidates: () => archive.withProperty?.(property, value) ?? [],
    exact: true,
  })
}

/** A test that remembers its last answers. */
export function remembered(test: (code: string) => boolean): (code: string) => boolean {
  const told = new Recent<{ readonly kept: boolean }>(keptTests)
  return (code) => told.get(code, 1, () => ({ kept: test(code) })).kept
}
