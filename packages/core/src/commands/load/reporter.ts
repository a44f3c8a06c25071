import cliProgress from 'cli-progress'
import type { CommandIo } from '../command.js'

/** What a person sees while files are loaded. */
export interface Reporter {
  /** A failure, named by file and entry. */
  failure(text: string): void
  /** One file is through. */
  file(text: string): void
  /** Bytes of the files and resources that are through, in all. */
  progress(bytes: number, resources: number): void
  end(): void
}

/** A bar for a person at a terminal, a line per file otherwise, failures only when quiet. */
export function createReporter(io: CommandIo, totalBytes: number, quiet: boolean): Reporter {
  if (quiet || !io.stderr.isTTY) {
    return {
      failure: (text) => io.stderr.write(`${text}\n`),
      file: (text) => quiet || io.stdout.write(`${text}\n`),
      progress: () => {},
      end: () => {},
    }
  }
  const started = performance.now()
  const bars = new cliProgress.MultiBar(
    {
      stream: io.stderr,
      format: '{bar} {percentage}% | {resources} resources, {rate}/s | {eta_formatted} left',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
      hideCursor: true,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  )
  const bar = bars.create(totalBytes, 0, { resources: 0, rate: 0 })
  return {
    failure: (text) => bars.log(`${text}\n`),
    file: () => {},
    progress(bytes, resources) {
      bar.update(bytes, { resources, rate: Math.round(resources / ((performance.now() - started) / 1000)) })
    },
    end: () => bars.stop(),
  }
}
