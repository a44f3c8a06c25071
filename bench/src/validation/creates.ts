import path from 'node:path'
import { type AnyResource, stringifyJson, type ValidationLevel } from '@anamnesis/core'
import { type Child, startChild } from '../child.js'
import { load, type Measured, median } from '../measure.js'
import { freePort } from '../postgres.js'

export interface Effort {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
}

/** Creates per second at level `full` as a part of those at each other level: the median of the rounds' ratios. */
export type Ratios = Readonly<Record<Exclude<ValidationLevel, 'full'>, number>>

const levels: readonly ValidationLevel[] = ['off', 'structure', 'full']

/** A server for each level, over the same database. */
export async function startServers(folder: string, url: string): Promise<Map<ValidationLevel, Child>> {
  const servers = new Map<ValidationLevel, Child>()
  for (const level of levels) {
    const env = { DATABASE_URL: url, VALIDATION: level }
    servers.set(
      level,
      await startChild(path.join(folder, 'validation-serve.js'), await freePort(), env, '/fhir/metadata'),
    )
  }
  return servers
}

/** Creates resources at every level in turn, so that whatever else the machine does falls on all of them. */
export async function measureCreates(
  servers: ReadonlyMap<ValidationLevel, Child>,
  resources: readonly AnyResource[],
  { rounds, seconds, connections }: Effort,
  each: (level: ValidationLevel, measured: Measured & { readonly cpu: number }) => void,
): Promise<Ratios> {
  const requests = resources.map((resource) => ({
    method: 'POST' as const,
    path: `/fhir/${resource.resourceType}`,
    body: stringifyJson(resource),
  }))
  const done: Partial<Record<ValidationLevel, number>>[] = []
  // The first round warms up: what a server compiles on its way takes some thousand requests.
  for (let round = 0; round <= rounds; round += 1) {
    const rates: Partial<Record<ValidationLevel, number>> = {}
    for (const [level, server] of servers) {
      const { url } = server
      const before = server.cpu()
      const measured = await load({
        url,
        requests,
        connections,
        seconds: round === 0 ? Math.max(5, seconds) : seconds,
      })
      rates[level] = measured.perSecond
      if (round > 0) each(level, { ...measured, cpu: (server.cpu() - before) / measured.count })
    }
    if (round > 0) done.push(rates)
  }
  const ratioTo = (level: ValidationLevel) =>
    median(done.map((rates) => (rates.full ?? Number.NaN) / (rates[level] ?? Number.NaN)))
  return { off: ratioTo('off'), structure: ratioTo('structure') }
}
