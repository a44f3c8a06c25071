import { setTimeout as delay } from 'node:timers/promises'
import { type Command, UsageError } from './command.js'
import { defaultUrl, readHeaders, readUrl, text } from './options.js'
import { createReindexReporter } from './reindex/reporter.js'
import {
  type JobStatus,
  type ReindexTarget,
  readJob,
  requestJob,
  UnreachableError,
} from './reindex/request.js'

/** Starts a reindex job on a server and shows how far it is. */
export const reindex: Command = {
  name: 'reindex',
  summary: 'Bring the search index of a server up to date, with a progress bar',
  usage: '[options]',
  description: [
    'Starts a job on the server, which indexes stored resources by the search parameters of today while everything goes',
    'on as usual, and watches it. Without --type: every type that has outdated resources. Ctrl-C stops the watching, not',
    'the job; the same command with --job goes on watching.',
  ].join('\n'),
  options: {
    url: { type: 'string', value: 'URL', summary: `Base URL of the server (${defaultUrl})` },
    type: { type: 'string', multiple: true, value: 'TYPE', summary: 'Resource type; may be repeated' },
    force: { type: 'boolean', summary: 'Also what is up to date' },
    job: { type: 'string', value: 'ID', summary: 'Start nothing, watch this job' },
    header: {
      type: 'string',
      multiple: true,
      value: "'Name: value'",
      summary: 'Header to send; may be repeated',
    },
    quiet: { type: 'boolean', short: 'q', summary: 'Print errors only' },
  },

  async run({ positionals, values }, io) {
    if (positionals.length > 0) throw new UsageError(`did not expect ${positionals[0]}.`)
    const target = { url: readUrl(text(values.url) ?? defaultUrl), headers: readHeaders(values.header) }
    const types = (Array.isArray(values.type) ? values.type : []).map(String)
    const given = text(values.job)
    if (given !== undefined && (types.length > 0 || values.force === true)) {
      throw new UsageError('--job watches a job that is there; it takes neither --type nor --force.')
    }
    let job =
      given === undefined
        ? await requestJob(target, types, values.force === true)
        : await readJob(target, given)
    const reporter = createReindexReporter(io, values.quiet === true)
    try {
      for (;;) {
        reporter.progress(job)
        if (hasEnded(job) || io.signal.aborted) break
        await delay(500, undefined, { signal: io.signal }).catch(() => {})
        job = await readPatiently(target, job.id)
      }
    } finally {
      reporter.end()
    }
    if (!hasEnded(job)) {
      io.stderr.write(
        `The job goes on. To watch it again: anamnesis reindex --url ${target.url} --job ${job.id}\n`,
      )
      return 130
    }
    if (job.state === 'done') {
      if (values.quiet !== true) io.stdout.write(`${job.message ?? `${job.done} resources reindexed.`}\n`)
      return 0
    }
    io.stderr.write(
      `The job ${job.id} was ${job.state === 'failed' ? 'given up' : job.state}. ${job.reason ?? ''}\n`,
    )
    return 1
  },
}

/** The job goes on when the server is started again, so watching does too; for a minute. */
async function readPatiently(target: ReindexTarget, id: string): Promise<JobStatus> {
  const until = performance.now() + 60_000
  for (;;) {
    try {
      return await readJob(target, id)
    } catch (error) {
      if (!(error instanceof UnreachableError) || performance.now() > until) throw error
      await delay(1000)
    }
  }
}

function hasEnded({ state }: JobStatus): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
