// Measures validation: resources a second, creates over HTTP, start-up, memory. Ends with 1 if a limit is missed.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AnyResource, createValidator, version } from '@anamnesis/core'
import { heartRate } from '../heart-rate.js'
import { median } from '../measure.js'
import { serverVersion, startPostgres } from '../postgres.js'
import { bundleTexts, resourcesOf, syntheaFolder } from './corpus.js'
import { measureCreates, startServers } from './creates.js'
import type { Checks, Formats, Pass, Start } from './figures.js'
import { createLimits } from './limits.js'

const effort = {
  rounds: Number(process.env.BENCH_ROUNDS ?? 3),
  seconds: Number(process.env.BENCH_SECONDS ?? 5),
  connections: Number(process.env.BENCH_CONNECTIONS ?? 32),
}
const passes = Number(process.env.BENCH_PASSES ?? 3)
const starts = 5
const packages = (process.env.BENCH_PACKAGES ?? '').split(',').filter((file) => file !== '')
const here = path.dirname(fileURLToPath(import.meta.url))
const limits = createLimits(console.log)

/** Runs one measurement in a new process. */
function probe<Figures>(...args: readonly string[]): Figures {
  const script = path.join(here, 'validation-probe.js')
  const text = execFileSync(process.execPath, ['--expose-gc', script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(text) as Figures
}

function checks(level: 'structure' | 'full', limit: number): void {
  const figures = probe<Checks>('check', level, '', String(passes))
  const { resources, wrong, first, cold, unseen, warm, memory } = figures
  const rate = (key: keyof Pass) => resources / median(warm.map((pass) => pass[key]))
  console.log(
    `  ${level}: ${resources} resources (${wrong} with errors); first resource ${first.toFixed(0)} ms; ` +
      `cold pass ${(resources / cold.cpu).toFixed(0)}/s of CPU time, ${(resources / cold.wall).toFixed(0)}/s of wall time; ` +
      `its latter half ${(unseen.resources / unseen.cpu).toFixed(0)}/s of CPU time; ` +
      `warm ${rate('cpu').toFixed(0)}/s of CPU time, ${rate('wall').toFixed(0)}/s of wall time`,
  )
  memoryLine(level, memory)
  limits.atLeast(`validation '${level}' of Synthea, warm, a second of CPU time`, rate('cpu'), limit, '/s')
}

function memoryLine(what: string, { before, after }: Checks['memory']): void {
  console.log(
    `  memory, ${what}: ${after.toFixed(0)} MB resident after all passes, of which ${before.toFixed(0)} MB with the parsed resources before`,
  )
}

function startUp(): void {
  const found: Record<'structure' | 'full', Start[]> = { structure: [], full: [] }
  for (let n = 0; n < starts; n += 1) {
    for (const level of ['structure', 'full'] as const) found[level].push(probe<Start>('start', level))
  }
  const of = (level: 'structure' | 'full', key: keyof Start) => median(found[level].map((each) => each[key]))
  for (const level of ['structure', 'full'] as const) {
    console.log(
      `  start, ${level}: first answer after ${of(level, 'ready').toFixed(0)} ms, the first write takes ${of(level, 'firstWrite').toFixed(0)} ms more, then ${of(level, 'rss').toFixed(0)} MB resident`,
    )
  }
  limits.atMost(
    `start with 'full' over 'structure'`,
    of('full', 'ready') - of('structure', 'ready'),
    300,
    ' ms',
  )
}

function withPackages(): void {
  const list = packages.map((file) => path.resolve(file)).join(',')
  const names = packages.map((file) => path.basename(file)).join(', ')
  // The first start may unpack; the second finds the cache.
  for (const which of ['first start', 'second start']) {
    const { ready, firstWrite, rss } = probe<Start>('start', 'full', list)
    console.log(
      `  packages (${names}), ${which}: first answer after ${ready.toFixed(0)} ms, first write ${firstWrite.toFixed(0)} ms more, ${rss.toFixed(0)} MB resident`,
    )
  }
  const { resources, wrong, warm, memory } = probe<Checks>('check', 'full', list, '1')
  const cpu = median(warm.map((pass) => pass.cpu))
  console.log(`  packages: full, warm ${(resources / cpu).toFixed(0)}/s of CPU time (${wrong} with errors)`)
  memoryLine('full with packages', memory)
}

function formats(): void {
  const { json, xml } = probe<Formats>('formats', 'off', '', String(passes))
  for (const [name, { megabytes, read, written }] of [
    ['JSON', json],
    ['XML', xml],
  ] as const) {
    console.log(
      `  ${name}: bundles of ${megabytes.toFixed(1)} MB together, a second of CPU time: ${written.toFixed(0)} MB written, ${read.toFixed(0)} MB read`,
    )
  }
}

async function creates(folder: string): Promise<void> {
  const validator = await createValidator()
  // Some of every type and size; at level full, what has errors would be refused.
  const mixed = resourcesOf(bundleTexts(folder))
    .filter((_, index) => index % 17 === 0)
    .filter((resource) => validator.validate(resource).every(({ severity }) => severity !== 'error'))
  validator.close()
  const small = Array.from({ length: 2000 }, (_, n): AnyResource => heartRate(n))
  const postgres = await startPostgres()
  try {
    const database = await serverVersion(postgres.url)
    console.log(`  PostgreSQL ${database}, durable commits; ${mixed.length} Synthea resources`)
    const servers = await startServers(here, postgres.url)
    try {
      for (const [name, resources] of [
        ['a small Observation', small],
        ['Synthea resources', mixed],
      ] as const) {
        const ratios = await measureCreates(
          servers,
          resources,
          effort,
          (level, { perSecond, p50, p99, cpu }) =>
            console.log(
              `  create, ${name}, ${level}: ${perSecond.toFixed(0)}/s (p50 ${p50} ms, p99 ${p99} ms; the server's CPU time for each ${cpu.toFixed(2)} ms)`,
            ),
        )
        limits.atLeast(`creates of ${name}, full / off`, ratios.off, 0.6, '')
        limits.atLeast(`creates of ${name}, full / structure`, ratios.structure, 0.6, '')
      }
      for (const [level, server] of servers)
        console.log(`  memory, server after creates at ${level}: ${server.rss().toFixed(0)} MB resident`)
    } finally {
      for (const server of servers.values()) await server.stop()
    }
  } finally {
    await postgres.stop()
  }
}

console.log(
  `Anamnesis ${version}, Node ${process.versions.node}, ${os.availableParallelism()} x ${os.cpus()[0]?.model ?? 'unknown'}, ` +
    `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, load average ${os.loadavg()[0]?.toFixed(1)}; ${effort.rounds} rounds of ${effort.seconds} s, ` +
    `${effort.connections} connections; servers, PostgreSQL and load share the machine`,
)
const folder = syntheaFolder()
if (folder === undefined) {
  console.log('ANAMNESIS_DATA names no folder that has synthea/ with bundles in it: nothing was measured.')
  process.exit(2)
}
for (const file of packages) if (!existsSync(file)) throw new Error(`BENCH_PACKAGES: there is no ${file}`)
checks('structure', 20_000)
checks('full', 2_000)
startUp()
if (packages.length > 0) withPackages()
else console.log('  packages: not measured, BENCH_PACKAGES names none')
formats()
await creates(folder)
console.log(
  limits.missed.length === 0 ? 'All limits hold.' : `Limits missed:\n- ${limits.missed.join('\n- ')}`,
)
// What the embedded PostgreSQL's package registered would keep the process.
process.exit(limits.missed.length === 0 ? 0 : 1)
