import type { Change } from './answer.js'

const columns: readonly Change[] = ['created', 'updated', 'unchanged', 'deleted']

/** Counts what became of the resources, by type. */
export class Summary {
  readonly #counts = new Map<string, Record<Change, number>>()
  resources = 0
  failures = 0
  failedFiles = 0
  loadedFiles = 0
  skippedFiles = 0

  add(type: string, change: Change): void {
    const counts = this.#counts.get(type) ?? { created: 0, updated: 0, unchanged: 0, deleted: 0 }
    counts[change]++
    this.#counts.set(type, counts)
    this.resources++
  }

  /** A table by type, and a line with files, time and rate. */
  render(seconds: number): string {
    const shown = columns.filter((column) => column !== 'deleted' || this.#total(column) > 0)
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))
    const lines = [
      ['', ...shown],
      ...rows.map(([type, counts]) => [type, ...shown.map((column) => number(counts[column]))]),
    ]
    if (rows.length > 1) lines.push(['Total', ...shown.map((column) => number(this.#total(column)))])
    const widths = lines[0]!.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)))
    const table = lines.map((line) =>
      line
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
        .join('  '),
    )
    const files = [
      `${plural(this.loadedFiles, 'file')} loaded`,
      ...(this.skippedFiles > 0
        ? [`${number(this.skippedFiles)} skipped (loaded before; --force sends them again)`]
        : []),
      ...(this.failedFiles > 0
        ? [`${number(this.failedFiles)} FAILED with ${plural(this.failures, 'error')}`]
        : []),
    ]
    const rate = number(Math.round(this.resources / Math.max(seconds, 0.001)))
    return [
      ...(rows.length > 0 ? [...table, ''] : []),
      `${files.join(', ')}; ${plural(this.resources, 'resource')} in ${seconds.toFixed(1)} s (${rate}/s)`,
    ].join('\n')
  }

  #total(column: Change): number {
    return [...this.#counts.values()].reduce((sum, counts) => sum + counts[column], 0)
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`
}
