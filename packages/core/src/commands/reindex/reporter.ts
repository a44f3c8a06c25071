import cliProgress from 'cli-progress'
import type { CommandIo } from '../command.js'
import type { JobStatus } from './request.js'

/** What a person sees while a server reindexes. */
export interface ReindexReporter {
  progress(job: JobStatus): void
  end(): void
}

/** A bar for a person at a terminal, a line per tenth of the work otherwise, nothing when quiet. */
export function createReindexReporter(io: CommandIo, quiet: boolean): ReindexReporter {
  if (quiet) return { progress: () => {}, end: () => {} }
  return io.stderr.isTTY ? bar(io) : lines(io)
}

function bar(io: CommandIo): ReindexReporter {
  const shown = new cliProgress.SingleBar(
    {
      stream: io.stderr,
      format: '{bar} {percentage}% | {value} of {total} resources, {rate}/s | {state}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  )
  shown.start(0, 0, { rate: 0, state: 'waiting' })
  return {
    progress({ done, total, rate, state }) {
      shown.setTotal(total)
      shown.update(done, { rate: Math.round(rate), state })
    },
    end: () => shown.stop(),
  }
}

function lines(io: CommandIo): ReindexReporter {
  let last = ''
  return {
    progress({ id, state, done, total, rate }) {
      const tenth = total === 0 ? 0 : Math.floor((10 * done) / total)
      const key = `${state} ${tenth}`
      if (key === last) return
      last = key
      io.stdout.write(`job ${id} ${state}: ${done} of ${total} resources, ${Math.round(rate)}/s\n`)
    },
    end: () => {},
  }
}
