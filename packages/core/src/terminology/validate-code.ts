import { FhirError } from '../errors/fhir-error.js'
import { notHere } from './concept-part.js'
import type { CodeReference, KnownCode } from './membership.js'
import { displayIn, isNameOf, Names } from './names.js'
import type { CodeSource, CompiledValueSet } from './value-set.js'

/** What `$validate-code` says of a code. */
export interface CodeVerdict {
  readonly result: boolean
  /** Why not. */
  readonly message?: string
  /** The name to use. */
  readonly display?: string
}

export interface ValidationOptions {
  /** False where codes that are only for grouping do not fit. */
  readonly abstract?: boolean
  readonly displayLanguage?: string
}

/**
 * Whether a code is one of a code system, and its display, where it has one, a name of it
 * (https://hl7.org/fhir/R4/codesystem-operation-validate-code.html).
 *
 * @throws FhirError `not-found` where the system is not here, or knows only a part of its codes and not this one.
 */
export function validateInSystem(
  source: CodeSource,
  system: string,
  { code, version, display }: CodeReference,
  options: ValidationOptions,
): CodeVerdict {
  const provider = source.codeSystem(system, version)
  if (!provider) throw notHere(system, version)
  const known = provider.lookup(code)
  if (!known) {
    if (!provider.complete) {
      throw new FhirError(
        'not-found',
        `Of the code system ${system} only a part is here, which does not have the code ${code}.`,
      )
    }
    return { result: false, message: `The code system ${system} has no code ${code}.` }
  }
  return judge(known, system, display, options)
}

/**
 * Whether one of the codes is in a value set, and its display, where it has one, a name of it
 * (https://hl7.org/fhir/R4/valueset-operation-validate-code.html).
 *
 * @throws FhirError `not-found` where this cannot be told, because something that is needed is not here.
 */
export function validateInSet(
  source: CodeSource,
  set: CompiledValueSet,
  codes: readonly CodeReference[],
  options: ValidationOptions,
): CodeVerdict {
  const names = new Names(set, source)
  const refused: CodeVerdict[] = []
  let untold: FhirError | undefined
  for (const { system, code, version, display } of codes) {
    const found = systemOf(set, system, code)
    if (found !== undefined) {
      const verdict = judge(names.of(found, code, version), found, display, options)
      if (verdict.result) return verdict
      refused.push(verdict)
    } else if (isUntold(set, system, code)) {
      untold ??= set.missing ?? notHere(system ?? [...set.systems].join(', '))
    } else {
      refused.push({ result: false, message: notIn(source, set, { code, ...(system ? { system } : {}) }) })
    }
  }
  if (untold) throw untold
  const [first] = refused
  if (!first) throw new FhirError('malformed-request', 'Expected a code to validate, found none.')
  return { ...first, message: refused.map(({ message }) => message).join(' ') }
}

/** The system that a member is of: the one it names, or the one that the value set has its code of. */
function systemOf(set: CompiledValueSet, system: string | undefined, code: string): string | undefined {
  const systems = system === undefined ? [...set.systems] : [system]
  return systems.find((each) => set.has(each, code) === true)
}

function isUntold(set: CompiledValueSet, system: string | undefined, code: string): boolean {
  const systems = system === undefined ? [...set.systems] : [system]
  return systems.some((each) => set.has(each, code) === undefined)
}

function notIn(source: CodeSource, { canonical }: CompiledValueSet, { system, code }: CodeReference): string {
  if (system === undefined) return `The value set ${canonical} has no code ${code}.`
  const provider = source.codeSystem(system)
  const unknown = provider?.complete && provider.spelled(code) === undefined
  const why = unknown ? ': its code system does not have it' : ''
  return `The code ${system}|${code} is not in the value set ${canonical}${why}.`
}

function judge(
  known: KnownCode,
  system: string,
  display: string | undefined,
  { abstract, displayLanguage }: ValidationOptions,
): CodeVerdict {
  const preferred = displayIn(known, displayLanguage)
  const shown = preferred === undefined ? {} : { display: preferred }
  if (abstract === false && known.abstract) {
    const message = `The code ${system}|${known.code} is only for grouping and not for use itself.`
    return { result: false, message, ...shown }
  }
  if (display !== undefined && preferred !== undefined && !isNameOf(display, known)) {
    const message = `'${display}' is no name of the code ${system}|${known.code}; expected '${preferred}'.`
    return { result: false, message, ...shown }
  }
  return { result: true, ...shown }
}
