import type { Cell } from './measure-shape.js'
import type { Shape, ValueClass } from './shape.js'

/** The cells of one size, by shape and class. */
export interface Run {
  readonly resources: number
  readonly cells: ReadonlyMap<string, Cell>
}

export const classes: readonly ValueClass[] = ['dense', 'sparse', 'zero']
export const slowest = 1_000

export function cellKey({ name }: Shape, valueClass: ValueClass): string {
  return `${name}/${valueClass}`
}

/** A Markdown table with a line per shape and class; limits that do not hold are marked, and listed below. */
export function report(
  shapes: readonly Shape[],
  runs: readonly Run[],
): { table: string; breaches: string[] } {
  const breaches: string[] = []
  const [smallest, largest] = [runs[0], runs.at(-1)]
  const head = [
    'Shape',
    'Values',
    ...runs.flatMap(({ resources }) => [`p50 at ${sizeOf(resources)}`, `p99`, 'found']),
    'ratio of p50',
  ]
  const lines = shapes.flatMap((shape) =>
    classes.map((valueClass) => {
      const cells = runs.map((run) => run.cells.get(cellKey(shape, valueClass)))
      const name = `${shape.name}, ${valueClass}`
      const columns = cells.flatMap((cell, index) => {
        if (!cell) return ['', '', '']
        if ('refused' in cell) {
          breaches.push(`${name}: refused at ${sizeOf(runs[index]?.resources ?? 0)} (${cell.refused})`)
          return ['**refused**', '', '']
        }
        const slow = cell.p99 > slowest
        if (slow) breaches.push(`${name}: p99 ${ms(cell.p99)} ms is over ${slowest} ms`)
        const [least, most] = cell.found
        return [
          ms(cell.p50),
          slow ? `**${ms(cell.p99)}**` : ms(cell.p99),
          least === most ? String(least) : `${least} to ${most}`,
        ]
      })
      return [shape.name, valueClass, ...columns, ratioOf(shape, name, cells[0], cells.at(-1))]
    }),
  )

  function ratioOf(shape: Shape, name: string, small: Cell | undefined, large: Cell | undefined): string {
    if (smallest === largest || !small || !large || 'refused' in small || 'refused' in large) return ''
    const ratio = large.p50 / small.p50
    const over = shape.ratioLimit !== undefined && ratio > shape.ratioLimit
    if (over) breaches.push(`${name}: ratio ${ratio.toFixed(2)} is over ${shape.ratioLimit}`)
    return over ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2)
  }

  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const table = [row(head), row(head.map((_, n) => (n < 2 ? '---' : '--:'))), ...lines.map(row)].join('\n')
  return { table, breaches }
}

export function sizeOf(resources: number): string {
  return resources.toLocaleString('en-US')
}

function ms(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(milliseconds < 100 ? 1 : 0)
}
