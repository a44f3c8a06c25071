import type { CustomEntry, Entry } from './entry.js'
import { nameOf } from './entry.js'
import { faultText } from './fault.js'
import type { Coverage } from './reindex-coverage.js'
import type { ParameterState, ParameterStatus } from './status.js'

/** What a search that names a parameter which cannot be used yet is told. */
export function whyUnusable(entry: CustomEntry, { state, reason, done, total }: ParameterStatus): string {
  const { code } = entry.judgement.definition
  if (state === 'failed') {
    return `the search parameter ${code} cannot be used, because its index is not complete: ${reason} POST $reindex tries again.`
  }
  const far = total ? ` (${Math.floor((100 * (done ?? 0)) / total)}% of ${total} resources)` : ''
  return `the search parameter ${code} is being indexed${far} and can be used when that is done. ${nameOf(entry)}/$status tells how far it is.`
}

/** Where a SearchParameter stands, from what is known of it and what the jobs do about it. */
export function statusOf(entry: Entry, isComplete: boolean, coverage: Coverage | undefined): ParameterStatus {
  const { row, resource, judgement } = entry
  const facts = {
    id: row.id,
    url: String(resource.url ?? ''),
    code: String(resource.code ?? ''),
    base: (Array.isArray(resource.base) ? resource.base : []).map(String),
  }
  switch (judgement?.kind) {
    case undefined:
      return {
        ...facts,
        state: (['draft', 'retired'].find((state) => state === resource.status) ??
          'unknown') as ParameterState,
      }
    case 'built-in':
      return { ...facts, state: 'built-in' }
    case 'refused':
      return { ...facts, state: 'failed', reason: faultText(judgement.faults) }
    case 'custom': {
      if (isComplete) return { ...facts, state: 'usable' }
      if (coverage?.state === 'failed') {
        return { ...facts, state: 'failed', reason: coverage.reason, job: coverage.job }
      }
      if (coverage?.state !== 'active') return { ...facts, state: 'indexing' }
      const { state: _, ...progress } = coverage
      return { ...facts, state: 'indexing', ...progress }
    }
  }
}
