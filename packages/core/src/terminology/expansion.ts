import { FhirError } from '../errors/fhir-error.js'
import type { Code } from './code-set.js'
import { notHere, searchLimit } from './concept-part.js'
import type { KnownCode } from './membership.js'
import { Names, textMatcher } from './names.js'
import type { CodeSource, CompiledValueSet } from './value-set.js'

/** Codes of one answer; longer expansions come in pages. */
export const maxExpanded = 10_000
/** Codes that are looked at for one answer. */
const maxScanned = 500_000

export interface ExpansionOptions {
  /** Words that names have to begin with. */
  readonly filter?: string
  readonly offset?: number
  /** Codes to return; absent for all, which have to be at most `maxExpanded`. */
  readonly count?: number
  /** Leaves inactive codes out. */
  readonly activeOnly?: boolean
  /** Leaves codes out that are only for grouping. */
  readonly excludeAbstract?: boolean
  /** Systems whose codes are left out. */
  readonly excludeSystems?: readonly string[]
}

export interface ExpandedCode extends Code, KnownCode {}

/** A page of a value set's codes, in the order of its definition. */
export interface Expansion {
  /** Absent where counting would mean to look at too many codes. */
  readonly total?: number
  readonly codes: readonly ExpandedCode[]
}

/**
 * The codes of a value set, a page at a time (https://hl7.org/fhir/R4/valueset.html#expansion). Only the page is held.
 *
 * @throws FhirError `not-found` where something that it needs is not here, `too-costly` for more codes than fit into an
 * answer or can be looked at.
 */
export function expand(set: CompiledValueSet, source: CodeSource, options: ExpansionOptions): Expansion {
  if (set.missing) throw set.missing
  const { offset = 0, filter } = options
  const wanted = options.count === undefined ? maxExpanded : Math.min(options.count, maxExpanded)
  const size = sizeOf(set, options)
  if (options.count === undefined && size !== undefined && size > maxExpanded) throw tooMany(set)
  const names = new Names(set, source)
  const codes: ExpandedCode[] = []
  const reading: Reading = { scanned: 0, exceeded: false }
  let found = 0
  for (const each of members(set, names, options, reading)) {
    found++
    if (found > offset && codes.length < wanted) codes.push(each)
    else if (found > offset && options.count === undefined) throw tooMany(set)
    if (size !== undefined && codes.length >= wanted) break
  }
  if (reading.exceeded && codes.length < wanted) throw tooLong(set)
  const counted = !reading.exceeded && (filter === undefined || reading.scanned < searchLimit)
  const total = size ?? (counted ? found : undefined)
  return { codes, ...(total === undefined ? {} : { total }) }
}

interface Reading {
  scanned: number
  exceeded: boolean
}

function* members(
  set: CompiledValueSet,
  names: Names,
  options: ExpansionOptions,
  reading: Reading,
): Iterable<ExpandedCode> {
  const { filter, activeOnly, excludeAbstract, excludeSystems = [] } = options
  const matches = filter === undefined ? undefined : textMatcher(filter)
  const seen = mayRepeat(set) ? new Set<string>() : undefined
  for (const { system, code } of set.candidates(filter)) {
    if (++reading.scanned > maxScanned) {
      reading.exceeded = true
      return
    }
    if (excludeSystems.includes(system)) continue
    const told = set.has(system, code)
    if (told === undefined) throw notHere(system)
    if (!told) continue
    if (seen) {
      const before = seen.size
      if (seen.add(`${system}|${code}`).size === before) continue
    }
    const known = names.of(system, code)
    if (activeOnly && known.inactive) continue
    if (excludeAbstract && known.abstract) continue
    if (matches && !matches(known)) continue
    yield { ...known, system, code }
  }
}

/** Whether more than one part may have the same code. */
function mayRepeat({ includes }: CompiledValueSet): boolean {
  return includes.length > 1 || includes.some(({ valueSets }) => valueSets.length > 0)
}

/** How many codes a value set of one whole system has, without counting them. */
function sizeOf(set: CompiledValueSet, options: ExpansionOptions): number | undefined {
  const [only, ...others] = set.includes
  const { filter, activeOnly, excludeAbstract, excludeSystems = [] } = options
  if (only === undefined || others.length > 0 || set.excludes.length > 0) return undefined
  if (filter !== undefined || activeOnly || excludeAbstract || excludeSystems.length > 0) return undefined
  return only.isWhole ? only.provider?.size : undefined
}

function tooMany({ canonical }: CompiledValueSet): FhirError {
  return new FhirError(
    'too-costly',
    `The value set ${canonical} has more than ${maxExpanded} codes. Ask for a page of them with count=1000 and offset=0, ` +
      'or for those with a name, with filter.',
  )
}

function tooLong({ canonical }: CompiledValueSet): FhirError {
  return new FhirError(
    'too-costly',
    `To find these codes of the value set ${canonical}, more than ${maxScanned} would have to be looked at. Give filter ` +
      'some words of their names, or a smaller offset.',
  )
}
