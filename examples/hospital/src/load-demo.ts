import { type FhirServer, stringifyJson } from '@anamnesis/core'
import type { Bundle } from 'fhir/r4.js'

/** What loading needs of the server. */
type Target = Pick<FhirServer, 'handle'>

/** How far loading has come. */
export interface DemoProgress {
  readonly done: number
  readonly of: number
  readonly resources: number
}

/**
 * Loads the demo hospital into an empty server, once. A load that was interrupted is taken up again: the bundles use
 * client-assigned ids, so what is there already is only confirmed.
 *
 * @returns the number of resources sent; 0 when there was nothing to do
 * @throws Error naming the bundle that the server refused
 */
export async function loadDemo(
  server: Target,
  bundles: readonly Bundle[],
  progress: (state: DemoProgress) => void,
): Promise<number> {
  const [first] = bundles
  const last = bundles.at(-1)
  if (!first || !last) return 0
  const started = await exists(server, firstUrl(first))
  if (await exists(server, firstUrl(last))) return 0
  if (!started && !(await isEmpty(server))) return 0
  let resources = 0
  for (const [index, bundle] of bundles.entries()) {
    const response = await server.handle({
      method: 'POST',
      url: '/fhir',
      headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
      body: stringifyJson(bundle),
    })
    if (response.status !== 200) {
      throw new Error(
        `Demo bundle ${index + 1} of ${bundles.length} was refused: ${String(response.body).slice(0, 500)}`,
      )
    }
    resources += bundle.entry?.length ?? 0
    progress({ done: index + 1, of: bundles.length, resources })
  }
  return resources
}

function firstUrl(bundle: Bundle): string {
  const request = bundle.entry?.[0]?.request
  return `/fhir/${request?.url ?? ''}`
}

/** True for what was deleted too: the demo is not forced upon whoever removed it. */
async function exists(server: Target, url: string): Promise<boolean> {
  const { status } = await server.handle({ method: 'GET', url, headers: {} })
  return status === 200 || status === 410
}

async function isEmpty(server: Target): Promise<boolean> {
  const { body } = await server.handle({ method: 'GET', url: '/fhir/_history?_count=1', headers: {} })
  return JSON.parse(String(body)).entry === undefined
}
