import type { Judgement } from './judge.js'
import type { IndexNeed } from './reindex-coverage.js'
import type { StoredParameter } from './stored.js'

/** A SearchParameter resource with what is known of it. */
export interface Entry extends StoredParameter {
  readonly judgement?: Judgement
}

/** An active custom parameter that nothing speaks against. */
export type CustomEntry = Entry & { readonly judgement: Extract<Judgement, { kind: 'custom' }> }

export function isCustom(entry: Entry): entry is CustomEntry {
  return entry.judgement?.kind === 'custom'
}

export function keyOf({ row }: Entry): string {
  return `${row.id}/${row.seq}`
}

export function nameOf({ row }: StoredParameter): string {
  return `SearchParameter/${row.id}`
}

export function changedAt({ row }: Entry): number {
  return Number(row.seq >> 20n)
}

export function needOf(entry: CustomEntry): IndexNeed {
  return { key: keyOf(entry), types: entry.judgement.definition.types, changedAt: changedAt(entry) }
}
