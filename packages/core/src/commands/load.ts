import { type Command, UsageError } from './command.js'
import { findFiles, stagesOf } from './load/find-files.js'
import { Loader } from './load/loader.js'
import { createReporter } from './load/reporter.js'
import { defaultStateFile, LoadState } from './load/state.js'
import { defaultUrl, readHeaders, readUrl, text } from './options.js'

/** Sends bundles and NDJSON to any FHIR R4 server. */
export const load: Command = {
  name: 'load',
  summary: 'Send bundles and NDJSON files to a FHIR server',
  usage: 'DIR|FILE... [options]',
  description: [
    'Takes .json and .ndjson files, also with .gz, and folders of them. A transaction or batch bundle is sent as it is.',
    'The resources of a collection or searchset bundle, of an NDJSON file and of a file with a single resource are sent',
    'in batches of PUT (POST for those without an id). Files of organisations and practitioners go first: those named',
    'as Synthea and bulk exports do, and those whose names begin with 0-.',
    '',
    'What went through is remembered, so the same command goes on after an interruption or an error. What the server',
    'no longer has is sent again.',
  ].join('\n'),
  options: {
    url: { type: 'string', value: 'URL', summary: `Base URL of the server (${defaultUrl})` },
    concurrency: { type: 'string', short: 'c', value: 'N', summary: 'Requests at a time (4)' },
    header: {
      type: 'string',
      multiple: true,
      value: "'Name: value'",
      summary: 'Header to send; may be repeated',
    },
    state: {
      type: 'string',
      value: 'FILE',
      summary: 'Where to remember what went through (one per server in ~/.local/state)',
    },
    force: { type: 'boolean', summary: 'Send also what went through before' },
    'fail-fast': { type: 'boolean', summary: 'Stop at the first error' },
    quiet: { type: 'boolean', short: 'q', summary: 'Print errors only' },
  },

  async run({ positionals, values }, io) {
    if (positionals.length === 0) throw new UsageError('expected files or folders to load.')
    const url = readUrl(text(values.url) ?? defaultUrl)
    const concurrency = readConcurrency(text(values.concurrency) ?? '4')
    const headers = readHeaders(values.header)
    const stages = stagesOf(await findFiles(positionals, io.cwd))
    const files = stages.flatMap((stage) => stage.files)
    if (files.length === 0)
      throw new UsageError('found no .json, .json.gz, .ndjson or .ndjson.gz file there.')
    const state = await LoadState.open(text(values.state) ?? defaultStateFile(url, io.env))
    const quiet = values.quiet === true
    const reporter = createReporter(
      io,
      files.reduce((sum, file) => sum + file.bytes, 0),
      quiet,
    )
    const loader = new Loader({ url, headers, signal: io.signal }, state, reporter, {
      concurrency,
      force: values.force === true,
      failFast: values['fail-fast'] === true,
    })
    const start = performance.now()
    try {
      await loader.run(stages)
    } finally {
      reporter.end()
    }
    if (!quiet) io.stdout.write(`\n${loader.summary.render((performance.now() - start) / 1000)}\n`)
    if (loader.stoppedBy !== undefined) io.stderr.write(`Stopped because ${loader.stoppedBy}.\n`)
    if (io.signal.aborted) return 130
    return loader.summary.failures > 0 || loader.stoppedBy !== undefined ? 1 : 0
  },
}

function readConcurrency(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0
  if (number >= 1 && number <= 64) return number
  throw new UsageError(`--concurrency ${value}: expected a number from 1 to 64.`)
}
