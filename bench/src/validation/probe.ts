// One measurement of validation in a process of its own, so that no other one has warmed or filled it. Prints JSON.
import { createFhirServer, createValidator, memory } from '@anamnesis/core'
import { bundleTexts, resourcesOf, syntheaFolder } from './corpus.js'
import type { Checks, Pass, Start } from './figures.js'

const [what, level = 'full', packages = '', passes = '3'] = process.argv.slice(2)
const none: Pass = { wall: 0, cpu: 0 }
const chosen = packages === '' ? [] : packages.split(',')

console.log(JSON.stringify(await (what === 'start' ? start() : check())))

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

function megabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20
}

/** With `--expose-gc`, so that garbage does not count as memory. */
function collect(): void {
  ;(globalThis as { gc?: () => void }).gc?.()
}
