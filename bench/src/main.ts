// Measures the server against bare baselines in the same run and prints ratios. Machine and versions are in the output.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type AnyResource, parseJson, r4 } from '@anamnesis/core'
import { type Child, startChild } from './child.js'
import { heartRate } from './heart-rate.js'
import { bareInserts } from './inserts.js'
import { load, median } from './measure.js'
import { freePort, serverVersion, startPostgres } from './postgres.js'

const seconds = Number(process.env.BENCH_SECONDS ?? 8)
const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const connections = Number(process.env.BENCH_CONNECTIONS ?? 32)
const clients = 4
const here = path.dirname(fileURLToPath(import.meta.url))
const hospital = path.resolve(here, '../../examples/hospital/dist/main.js')

async function post(url: string, body: object): Promise<AnyResource> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as AnyResource
}

/** Patients and observations to work with; their ids. */
async function seed(fhir: string): Promise<{ patients: string[]; observations: string[] }> {
  const patients: string[] = []
  const observations: string[] = []
  for (let n = 0; n < 50; n += 1) {
    const urn = 'urn:uuid:00000000-0000-4000-8000-000000000000'
    const entry = [
      {
        fullUrl: urn,
        resource: { resourceType: 'Patient', name: [{ family: `Bench${n}` }] },
        request: { method: 'POST', url: 'Patient' },
      },
      ...Array.from({ length: 40 }, (_, index) => ({
        resource: { ...heartRate(n * 40 + index), subject: { reference: urn } },
        request: { method: 'POST', url: 'Observation' },
      })),
    ]
    const done = await post(fhir, { resourceType: 'Bundle', type: 'transaction', entry })
    const ids = (done.entry as { response: { location: string } }[]).map(
      ({ response }) => response.location.split('/')[1] ?? '',
    )
    patients.push(ids[0] as string)
    observations.push(...ids.slice(1))
  }
  return { patients, observations }
}

async function reads(server: Child, baseline: Child, ids: readonly string[]): Promise<void> {
  const type = r4.typeNumber('Observation')
  const ratios: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const bare = await load({
      url: baseline.url,
      requests: ids.map((id) => ({ method: 'GET', path: `/read/${type}/${id}` })),
      connections,
      seconds,
    })
    const ours = await load({
      url: server.url,
      requests: ids.map((id) => ({ method: 'GET', path: `/fhir/Observation/${id}` })),
      connections,
      seconds,
    })
    ratios.push(ours.perSecond / bare.perSecond)
    console.log(
      `  read by id: ${ours.perSecond.toFixed(0)}/s (p50 ${ours.p50} ms, p99 ${ours.p99} ms), bare Koa+pg ${bare.perSecond.toFixed(0)}/s (p50 ${bare.p50} ms)`,
    )
  }
  verdict('read by id / bare Koa+pg route', median(ratios), 0.75)
}

async function creates(server: Child, url: string, patients: readonly string[]): Promise<number> {
  const requests = Array.from({ length: 2000 }, (_, n) => ({
    method: 'POST' as const,
    path: '/fhir/Observation',
    body: JSON.stringify(heartRate(n, patients[n % patients.length])),
  }))
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const ours = await load({ url: server.url, requests, connections, seconds })
    const bare = await bareInserts(url, 2000, 10, seconds)
    rates.push(ours.perSecond)
    ratios.push(ours.perSecond / bare)
    console.log(
      `  single create: ${ours.perSecond.toFixed(0)}/s (p50 ${ours.p50} ms), bare INSERTs ${bare.toFixed(0)}/s`,
    )
  }
  verdict('single create, validated / bare INSERTs', median(ratios), 0.4)
  return median(rates)
}

async function bundles(server: Child, createRate: number): Promise<void> {
  const folder = process.env.ANAMNESIS_DATA && path.join(process.env.ANAMNESIS_DATA, 'synthea')
  if (!folder || !existsSync(folder)) {
    console.log('  bundle load: skipped, ANAMNESIS_DATA names no folder with synthea/')
    return
  }
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
  const texts = files.map((name) => gunzipSync(readFileSync(path.join(folder, name))).toString('utf8'))
  const count = (text: string) => (parseJson(text).value as { entry: unknown[] }).entry.length
  const send = async (text: string) => {
    const response = await fetch(`${server.url}/fhir`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: text,
    })
    if (!response.ok) throw new Error(`a bundle was refused: ${(await response.text()).slice(0, 400)}`)
    await response.text()
  }
  const [first = '', second = '', ...rest] = texts
  await send(first)
  await send(second)
  const resources = rest.map(count).reduce((sum, n) => sum + n, 0)
  const queue = [...rest]
  const began = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let text = queue.shift(); text !== undefined; text = queue.shift()) await send(text)
    }),
  )
  const rate = resources / ((performance.now() - began) / 1000)
  // The same resources, one request each, from as many clients; their references stay what they are outside a bundle.
  const singles = rest
    .flatMap((text) => (parseJson(text).value as { entry: { resource: AnyResource }[] }).entry)
    .filter((_, index) => index % 8 === 0)
    .map(({ resource }) => resource)
  const single = [...singles]
  const singleBegan = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let resource = single.pop(); resource; resource = single.pop()) {
        await post(`${server.url}/fhir/${resource.resourceType}`, resource)
      }
    }),
  )
  const singleRate = singles.length / ((performance.now() - singleBegan) / 1000)
  console.log(
    `  bundle load: ${resources} resources in ${rest.length} Synthea transactions from ${clients} clients, ${rate.toFixed(0)} resources/s; ` +
      `the same as single creates ${singleRate.toFixed(0)}/s; joined small creates from ${connections} clients ${createRate.toFixed(0)}/s`,
  )
  verdict('bundle resources/s / single creates/s of the same resources and clients', rate / singleRate, 3)
}

async function searches(server: Child, patients: readonly string[]): Promise<void> {
  const shapes: [string, string][] = [
    ['patient + code', 'Observation?patient=$p&code=http://loinc.org|8867-4&_count=20'],
    ['patient + category, by date', 'Observation?patient=$p&category=vital-signs&_sort=-date&_count=20'],
    ['code, by date', 'Observation?code=http://loinc.org|8867-4&_sort=-date&_count=20'],
    ['name prefix', 'Patient?name=ben&_count=20'],
  ]
  for (const [name, shape] of shapes) {
    const requests = patients.map((patient) => ({
      method: 'GET' as const,
      path: `/fhir/${encodeURI(shape.replace('$p', patient))}`,
    }))
    const ours = await load({ url: server.url, requests, connections: 4, seconds: Math.min(seconds, 4) })
    console.log(
      `  search ${name}: ${ours.perSecond.toFixed(0)}/s, p50 ${ours.p50} ms, p99 ${ours.p99} ms (4 connections)`,
    )
  }
}

const missed: string[] = []

function verdict(what: string, ratio: number, budget: number): void {
  const held = ratio >= budget
  if (!held) missed.push(what)
  console.log(`${held ? 'held  ' : 'MISSED'} ${what}: ${ratio.toFixed(2)} (budget ${budget})`)
}

const postgres = await startPostgres()
try {
  const database = await serverVersion(postgres.url)
  console.log(
    `Node ${process.versions.node}, PostgreSQL ${database}, ${os.availableParallelism()} x ${os.cpus()[0]?.model ?? 'unknown'}, ` +
      `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB; ${rounds} rounds of ${seconds} s, ${connections} connections; server, PostgreSQL and load share the machine`,
  )
  const env = {
    DATABASE_URL: postgres.url,
    DATA_DIR: path.join(os.tmpdir(), 'anamnesis-bench-data'),
    DEMO_DATA: 'no',
  }
  // The first start migrates; the second is the one to time.
  await (await startChild(hospital, await freePort(), env, '/fhir/metadata')).stop()
  const server = await startChild(hospital, await freePort(), env, '/fhir/metadata')
  const baseline = await startChild(path.join(here, 'baseline.js'), await freePort(), env, '/read/1/0')
  try {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    console.log(
      `${server.startMs < 1000 ? 'held  ' : 'MISSED'} start to first answer: ${server.startMs.toFixed(0)} ms (budget 1000 ms)`,
    )
    console.log(
      `${server.rss() < 200 ? 'held  ' : 'MISSED'} resident when idle: ${server.rss().toFixed(0)} MB (budget 200 MB)`,
    )
    const { patients, observations } = await seed(`${server.url}/fhir`)
    await reads(server, baseline, observations.slice(0, 1000))
    const createRate = await creates(server, postgres.url, patients)
    await bundles(server, createRate)
    await searches(server, patients)
    console.log(`  resident after the run: ${server.rss().toFixed(0)} MB`)
  } finally {
    await server.stop()
    await baseline.stop()
  }
} finally {
  await postgres.stop()
}
if (missed.length > 0) console.log(`Missed: ${missed.join('; ')}`)
