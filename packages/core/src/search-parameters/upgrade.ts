import type { Logger } from 'pino'
import type { Jobs } from '../jobs/jobs.js'
import type { Storage } from '../storage/storage.js'
import { indexFormat } from './generation.js'
import { type ReindexInput, reindexKind } from './reindex-input.js'

/** A job that was never work: it notes that all in storage was indexed in one format from the beginning. */
const noteKind = 'index-format'

/**
 * Sees to it that what an older release has indexed is reindexed, once for each format. Until the job is through, searches
 * may miss what only the new format has.
 */
export async function reindexOlder(storage: Storage, jobs: Jobs, log: Logger): Promise<void> {
  const notes = await storage.jobs.list({ kind: noteKind, state: 'done' })
  const runs = await storage.jobs.list({ kind: reindexKind })
  const isCurrent = (input: unknown) => (input as ReindexInput).format === indexFormat
  if (notes.some(({ input }) => isCurrent(input))) return
  if (runs.some(({ state, input }) => state !== 'failed' && state !== 'cancelled' && isCurrent(input))) return
  const { entries } = await storage.history({ count: 1 })
  if (entries.length === 0) {
    await note(storage)
    return
  }
  const { id } = await jobs.start(reindexKind, { format: indexFormat })
  log.info({ job: id }, 'resources that an older release has indexed are reindexed')
}

/** What is written from now on is in the current format. */
async function note(storage: Storage): Promise<void> {
  const { id } = await storage.jobs.create({ kind: noteKind, input: { format: indexFormat } })
  await storage.jobs.lease([noteKind], id, 1000)
  await storage.jobs.save(id, id, { state: 'done', milliseconds: 0 })
}
