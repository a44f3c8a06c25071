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

/** Creates per second at a level: the median of all rounds. */
export type Rates = Readonly<Record<ValidationLevel, number>>

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
  each: (level: ValidationLevel, measured: Measured) => void,
): Promise<Rates> {
  const requests = resources.map((resource) => ({
    method: 'POST' as const,
    path: `/fhir/${resource.resourceType}`,
    body: stringifyJson(resource),
  }))
  const rates = new Map<ValidationLevel, number[]>(levels.map((level) => [level, []]))
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [level, { url }] of servers) {
      const measured = await load({ url, requests, connections, seconds: round === 0 ? 2 : seconds })
      if (round === 0) continue
      rates.get(level)?.push(measured.perSecond)
      each(level, measured)
    }
  }
  const of = (level: ValidationLevel) => median(rates.get(level) ?? [])
  return { off: of('off'), structure: of('structure'), full: of('full') }
}
