import { FhirError } from '../errors/fhir-error.js'
import { each, StoredContents, type TerminologySource, type TerminologyView, whenKnown } from './asking.js'
import { type Code, sizeOf } from './code-set.js'
import { notHere } from './concept-part.js'
import { type CodeReference, ofAnySystem } from './membership.js'
import type { CodeProvider } from './provider.js'
import { LocalSource, type TerminologyParts } from './sources.js'
import type { Told } from './value-set.js'

/** Codes that a value set or a hierarchy may have for a search; more is `too-costly`. */
export const maxCodes = 10_000

/** The members of a value set: whole systems, and single codes of others. */
export interface CodeList {
  readonly systems: readonly string[]
  readonly codes: readonly Code[]
}

/** Codes, of which one has to be in a value set. */
export interface MembershipQuestion {
  /** Canonical URL, maybe with version. */
  readonly valueSet: string
  readonly codes: readonly CodeReference[]
}

/**
 * Answers about code systems and value sets. Stored ones win over those that come with the server; every answer goes by
 * what the given source shows.
 */
export interface Terminology {
  /**
   * The members of a value set, named by its canonical URL or as `ValueSet/id`.
   *
   * @throws FhirError `not-found` where it, or something that it needs, is not here; `business-rule` for a definition
   * that cannot be evaluated; `too-costly` for more than `maxCodes`.
   */
  codesOf(valueSet: string, source: TerminologySource): Promise<CodeList>
  /**
   * The code and all that it subsumes.
   *
   * @throws FhirError `not-found` for an unknown system or code, `too-costly` for more than `maxCodes`.
   */
  below(system: string, code: string, source: TerminologySource): Promise<readonly string[]>
  /** The code and all that subsume it. @throws FhirError as `below` does. */
  above(system: string, code: string, source: TerminologySource): Promise<readonly string[]>
  /**
   * Whether one of the codes of each question is in its value set; undefined where that cannot be told. All questions
   * are answered together, so that what they need of storage is fetched together.
   */
  askBindings(questions: readonly MembershipQuestion[], source: TerminologySource): Promise<Told[]>
  /** Runs work that asks without waiting; it may be run more than once. */
  ask<T>(source: TerminologySource, work: (view: TerminologyView) => T): Promise<T>
}

export function createTerminology(parts: TerminologyParts): Terminology {
  const contents = new StoredContents()
  const local = new LocalSource(parts)
  const ask = <T>(source: TerminologySource, work: (view: TerminologyView) => T): Promise<T> =>
    whenKnown(local, contents, source, work)

  return {
    ask,
    codesOf: (valueSet, source) =>
      ask(source, (view) => {
        const codes = view.compiled(valueSet).codeSet()
        const size = sizeOf(codes)
        if (size > maxCodes) throw tooMany(`the value set ${valueSet} has ${size} codes`)
        const systems: string[] = []
        const list: Code[] = []
        for (const [system, members] of codes) {
          if (members === true) systems.push(system)
          else for (const code of members) list.push({ system, code })
        }
        return { systems, codes: list }
      }),
    below: (system, code, source) => ask(source, (view) => relatives(view, system, code, 'below')),
    above: (system, code, source) => ask(source, (view) => relatives(view, system, code, 'above')),
    askBindings: (questions, source) =>
      ask(source, (view) =>
        each(questions, ({ valueSet, codes }) => {
          try {
            const set = view.compiled(valueSet)
            const told = each(codes, ({ system, code }) =>
              system === undefined ? ofAnySystem(set, code) : set.has(system, code),
            )
            return told.includes(true) ? true : told.includes(undefined) ? undefined : false
          } catch (error) {
            if (FhirError.is(error)) return undefined
            throw error
          }
        }),
      ),
  }
}

function relatives(
  view: TerminologyView,
  system: string,
  code: string,
  direction: 'below' | 'above',
): readonly string[] {
  const provider = view.codeSystem(system)
  if (!provider) throw notHere(system)
  const spelled = provider.spelled(code)
  if (spelled === undefined) {
    // A part of a system tells nothing of the codes beside it.
    if (!provider.complete) return [code]
    throw new FhirError('not-found', `the code system ${system} has no code ${code}`)
  }
  const codes = provider[direction]?.(spelled) ?? walk(provider, spelled, direction)
  if (codes.size > maxCodes) throw tooMany(`${codes.size} codes are ${direction} ${code}`)
  return [...codes]
}

/** Level by level, as far as is allowed. */
function walk(provider: CodeProvider, code: string, direction: 'below' | 'above'): Set<string> {
  const found = new Set([code])
  for (const each of found) {
    for (const next of direction === 'below' ? provider.children(each) : provider.parents(each)) {
      found.add(next)
      if (found.size > maxCodes) return found
    }
  }
  return found
}

function tooMany(what: string): FhirError {
  return new FhirError('too-costly', `${what}, more than the ${maxCodes} allowed`)
}
