import cliProgress from 'cli-progress'
import type { ImportProgress } from '../../terminology/archive/import/import-archive.js'
import type { CommandIo } from '../command.js'

const labels = { reading: 'Reading', writing: 'Writing' } as const

/** A bar for a person at a terminal; nothing elsewhere, or when quiet. */
export function createImportReporter(io: CommandIo, quiet: boolean): ImportProgress & { end(): void } {
  if (quiet || !io.stderr.isTTY) return { phase: () => {}, update: () => {}, end: () => {} }
  const bar = new cliProgress.SingleBar(
    {
      stream: io.stderr,
      format: '{label} {bar} {percentage}% | {eta_formatted} left',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  )
  let running = false
  const end = () => {
    if (running) bar.stop()
    running = false
  }
  return {
    phase(name, total) {
      end()
      bar.start(total, 0, { label: labels[name] })
      running = true
    },
    update: (done) => bar.update(done),
    end,
  }
}
