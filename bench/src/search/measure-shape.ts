import type { Answer, createClient } from './client.js'
import type { Ask, Shape, ValueClass } from './shape.js'

/** What one class of values of a shape took. */
export type Cell =
  | {
      readonly p50: number
      readonly p99: number
      readonly requests: number
      /** Matches, includes or total found, from the least to the most. */
      readonly found: readonly [number, number]
    }
  | { readonly refused: string }

export interface Effort {
  readonly requests: number
  /** Seconds after which no further request of a shape and class is sent; warming up takes as long again at most. */
  readonly seconds: number
}

/** A server, and a shape with the values for what it holds. */
export interface Subject {
  readonly client: Pick<ReturnType<typeof createClient>, 'ask'>
  readonly shape: Shape
}

/**
 * Measures a shape and class on several servers at once: a request to each in turn, so that whatever else the machine
 * does falls on all alike. Each value is sent once before, for warming up and for checking that it finds what its class
 * says; then the values are sent over and over.
 *
 * @returns a cell for each server
 * @throws Error where a value finds more or less than its class says
 */
export async function measureShape(
  subjects: readonly Subject[],
  valueClass: ValueClass,
  effort: Effort,
): Promise<Cell[]> {
  const warmed: Warmed[] = []
  for (const subject of subjects) warmed.push(await warmUp(subject, valueClass, effort.seconds))
  const until = performance.now() + effort.seconds * 1000
  for (let n = 0; n < effort.requests && performance.now() < until; n += 1) {
    for (const [index, { client, shape }] of subjects.entries()) {
      const { refused, found, times } = warmed[index] as Warmed
      if (refused !== undefined) continue
      const { milliseconds } = await client.ask(shape.asks[valueClass][n % found.length] as Ask)
      times.push(milliseconds)
    }
  }
  return warmed.map(({ refused, found, times, first }) => {
    if (refused !== undefined) return { refused }
    // Where there was no time to send every value again, the first answers are all there is.
    const sorted = (times.length >= found.length ? times : [...first, ...times]).sort((a, b) => a - b)
    return {
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      requests: sorted.length,
      found: [Math.min(...found), Math.max(...found)],
    }
  })
}

interface Warmed {
  readonly refused?: string
  /** What each value found, and the milliseconds of its first answer. */
  readonly found: readonly number[]
  readonly first: readonly number[]
  readonly times: number[]
}

/** Sends values until the time is up, at least five. */
async function warmUp({ client, shape }: Subject, valueClass: ValueClass, seconds: number): Promise<Warmed> {
  const until = performance.now() + seconds * 1000
  const found: number[] = []
  const first: number[] = []
  for (const ask of shape.asks[valueClass]) {
    const answer = await client.ask(ask)
    if (answer.status !== 200) return { refused: reasonOf(answer), found, first, times: [] }
    const count = countOf(answer, shape)
    check(shape, valueClass, ask, count)
    found.push(count)
    first.push(answer.milliseconds)
    if (performance.now() > until && found.length >= 5) break
  }
  return { found, first, times: [] }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

interface Searchset {
  readonly total?: number
  readonly entry?: readonly { readonly search?: { readonly mode?: string } }[]
}

function countOf({ body }: Answer, { counts }: Shape): number {
  const { total = Number.NaN, entry = [] } = JSON.parse(body) as Searchset
  if (counts === 'total') return total
  const mode = counts === 'matches' ? 'match' : 'include'
  return entry.filter(({ search }) => search?.mode === mode).length
}

function check({ name, page, counts }: Shape, valueClass: ValueClass, ask: Ask, count: number): void {
  const holds =
    valueClass === 'zero' ? count === 0 : valueClass === 'sparse' ? count > 0 && count < page : count >= page
  if (holds) return
  const wanted = { zero: 'none', sparse: `some, fewer than ${page}`, dense: `${page} or more` }[valueClass]
  throw new Error(
    `${name}, ${valueClass}: expected ${wanted} ${counts}, found ${count}: ${ask.path} ${(ask.form ?? '').slice(0, 60)}`,
  )
}

function reasonOf({ status, body }: Answer): string {
  try {
    const { issue } = JSON.parse(body) as { issue?: { details?: { text?: string }; diagnostics?: string }[] }
    return `${status} ${issue?.[0]?.details?.text ?? issue?.[0]?.diagnostics ?? ''}`
  } catch {
    return String(status)
  }
}
