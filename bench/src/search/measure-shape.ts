import type { Answer, createClient } from './client.js'
import type { Ask, Shape, ValueClass } from './shapes.js'

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
  /** Seconds after which no further request of a cell is sent; at least one per value is. */
  readonly seconds: number
}

/**
 * Sends the values of a class in turn, one request after the other, after each was sent once for warming up and for
 * checking that it finds what its class says.
 *
 * @throws Error where a value finds more or less than its class says
 */
export async function measureShape(
  client: ReturnType<typeof createClient>,
  shape: Shape,
  valueClass: ValueClass,
  effort: Effort,
): Promise<Cell> {
  const asks = shape.asks[valueClass]
  const found: number[] = []
  const until = performance.now() + effort.seconds * 1000
  const warm: number[] = []
  for (const ask of asks) {
    const answer = await client.ask(ask)
    if (answer.status !== 200) return { refused: reasonOf(answer) }
    const count = countOf(answer, shape)
    check(shape, valueClass, ask, count)
    found.push(count)
    warm.push(answer.milliseconds)
    if (performance.now() > until && warm.length >= 5) break
  }
  const times: number[] = []
  for (let n = 0; n < effort.requests && performance.now() < until; n += 1) {
    const { milliseconds } = await client.ask(asks[n % warm.length] as Ask)
    times.push(milliseconds)
  }
  const sorted = (times.length >= warm.length ? times : [...warm, ...times]).sort((a, b) => a - b)
  return {
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    requests: sorted.length,
    found: [Math.min(...found), Math.max(...found)],
  }
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
