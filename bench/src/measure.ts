import autocannon from 'autocannon'

/** What a run gave. */
export interface Measured {
  readonly perSecond: number
  /** Requests answered. */
  readonly count: number
  readonly p50: number
  readonly p99: number
}

export interface LoadOptions {
  readonly url: string
  readonly requests: readonly {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly body?: string
  }[]
  readonly connections: number
  readonly seconds: number
}

/** Closed-loop load; any answer but 2xx is an error of the bench. */
export async function load({ url, requests, connections, seconds }: LoadOptions): Promise<Measured> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: requests.map((request) => ({
      ...request,
      headers: { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' },
    })),
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were no success, ${result.errors} requests failed at ${url}`)
  }
  return {
    perSecond: result.requests.average,
    count: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
