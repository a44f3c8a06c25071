import { loadGenerated } from '../../definitions/generated.js'
import type { Syntax } from '../../fhirpath/syntax.js'

/** `generated/invariants.json`: see `scripts/invariants/extract.mjs`. */
interface CompactInvariants {
  readonly rules: readonly (readonly [
    key: string,
    severity: 'error' | 'warning',
    human: string,
    expression: string,
    syntax: Syntax,
  ])[]
  /** Numbers of rules by type, or path of an element. */
  readonly at: Readonly<Record<string, readonly number[]>>
  /** From a path whose content is defined elsewhere to that place. */
  readonly references: Readonly<Record<string, string>>
}

let loaded: CompactInvariants | undefined

/** The invariants of R4, read at the first call. */
export function loadInvariants(): CompactInvariants {
  loaded ??= loadGenerated<CompactInvariants>('invariants.json')
  return loaded
}
