// One measurement of validation in a process of its own, so that no other one has warmed or filled it. Prints JSON.
import {
  type AnyResource,
  createFhirServer,
  createValidator,
  memory,
  parseJson,
  stringifyJson,
} from '@anamnesis/core'
import { median } from '../measure.js'
import { bundleTexts, resourcesOf, syntheaFolder } from './corpus.js'
import type { Checks, Formats, Pass, Start } from './figures.js'

const [what, level = 'full', packages = '', passes = '3'] = process.argv.slice(2)
const none: Pass = { wall: 0, cpu: 0 }
const chosen = packages === '' ? [] : packages.split(',')

console.log(JSON.stringify(await { start, formats, check }[what as 'start' | 'formats' | 'check']()))

/** Validates all resources of Synthea's bundles, over and over. */
async function check(): Promise<Checks> {
  const texts = bundleTexts(syntheaFolder() ?? '')
  const characters = texts.reduce((sum, { length }) => sum + length, 0)
  const resources = resourcesOf(texts)
  texts.length = 0
  collect()
  const before = megabytes()
  const validator = await createValidator({ packages: chosen })
  const options = { level: level === 'structure' ? 'structure' : 'full' } as const
  const began = performance.now()
  validator.validate(resources[0], options)
  const first = performance.now() - began
  let wrong = 0
  const done: Pass[] = []
  const half = Math.floor(resources.length / 2)
  let unseen: Checks['unseen'] | undefined
  for (let pass = 0; pass <= Number(passes); pass += 1) {
    const halves = [resources.slice(0, half), resources.slice(half)].map((some) =>
      timed(() => {
        for (const resource of some) {
          const issues = validator.validate(resource, options)
          if (pass === 0 && issues.some(({ severity }) => severity === 'error')) wrong += 1
        }
      }),
    )
    const [former = none, latter = none] = halves
    done.push({ wall: former.wall + latter.wall, cpu: former.cpu + latter.cpu })
    unseen ??= { ...latter, resources: resources.length - half }
  }
  collect()
  validator.close()
  const [cold = none, ...warm] = done
  const memory = { before, after: megabytes() }
  return {
    resources: resources.length,
    characters,
    wrong,
    first,
    cold,
    unseen: unseen ?? { ...none, resources: 0 },
    warm,
    memory,
  }
}

function timed(work: () => void): Pass {
  const cpu = process.cpuUsage()
  const from = performance.now()
  work()
  const wall = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { wall, cpu: (user + system) / 1e6 }
}

/** Starts a server over memory and asks it for its capabilities. */
async function start(): Promise<Start> {
  const began = performance.now()
  const server = await createFhirServer({
    plugins: [memory()],
    validation: level as 'structure' | 'full',
    packages: chosen,
    log: 'silent',
  })
  const { url } = await server.listen(0)
  const response = await fetch(`${url}/metadata`)
  await response.text()
  const ready = performance.now() - began
  // What is loaded ahead runs after the first answer; a write waits for it at worst.
  const wrote = performance.now()
  const created = await fetch(`${url}/Patient`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Bench' }] }),
  })
  await created.text()
  if (!response.ok || !created.ok) throw new Error(`${response.status} and ${created.status} at start`)
  const firstWrite = performance.now() - wrote
  const rss = megabytes()
  await server.stop()
  return { ready, firstWrite, rss }
}

/** Bundles as single resources, sent and read in both formats without sockets and checks: what is left is the format's. */
async function formats(): Promise<Formats> {
  const server = await createFhirServer({ plugins: [memory()], validation: 'off', log: 'silent' })
  const texts = bundleTexts(syntheaFolder() ?? '').slice(0, 12)
  const send = async (method: string, url: string, type: string, body?: Buffer) => {
    const headers = { host: 'localhost', accept: type, 'content-type': type }
    const { status, ...answer } = await server.handle({ method, url, headers, body })
    if (status >= 300) throw new Error(`${method} ${url} as ${type}: ${status} ${answer.body}`)
    return answer
  }
  const [json, xml] = ['application/fhir+json', 'application/fhir+xml'] as const
  const urls: string[] = []
  for (const [n, text] of texts.entries()) {
    urls.push(`/fhir/Bundle/b${n}`)
    const { value } = parseJson(text)
    await send(
      'PUT',
      `/fhir/Bundle/b${n}`,
      json,
      Buffer.from(stringifyJson({ ...(value as AnyResource), id: `b${n}` })),
    )
  }
  const measure = async (type: string) => {
    const bodies: Buffer[] = []
    for (const url of urls) bodies.push(Buffer.from((await send('GET', url, type)).body ?? ''))
    const size = bodies.reduce((sum, { length }) => sum + length, 0) / 1e6
    const rate = async (work: (body: Buffer, n: number) => Promise<unknown>) => {
      const rates: number[] = []
      for (let pass = 0; pass <= Number(passes); pass += 1) {
        const cpu = process.cpuUsage()
        for (const [n, body] of bodies.entries()) await work(body, n)
        const { user, system } = process.cpuUsage(cpu)
        rates.push(size / ((user + system) / 1e6))
      }
      return median(rates.slice(1))
    }
    const written = await rate((_, n) => send('GET', urls[n] ?? '', type))
    // What is the same as before is not written again, but read all the same.
    const read = await rate((body, n) => send('PUT', urls[n] ?? '', type, body))
    return { megabytes: size, read, written }
  }
  const figures = { json: await measure(json), xml: await measure(xml) }
  await server.stop()
  return figures
}

function megabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20
}

/** With `--expose-gc`, so that garbage does not count as memory. */
function collect(): void {
  ;(globalThis as { gc?: () => void }).gc?.()
}
