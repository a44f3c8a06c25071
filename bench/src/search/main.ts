// Measures search shapes over HTTP at several sizes and writes their table; see README.md for the settings.
import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '@anamnesis/core'
import { createPopulation } from '../population/population.js'
import { createClient } from './client.js'
import { openCluster } from './cluster.js'
import { type Loaded, provide } from './database.js'
import { type Cell, measureShape, type Subject } from './measure-shape.js'
import { cellKey, classes, type Run, report, sizeOf, slowest } from './report.js'
import { serve } from './serve.js'
import type { Shape, ValueClass } from './shape.js'
import { createShapes } from './shapes.js'

/** A size, with the server over its database. */
interface Target extends Run {
  readonly cells: Map<string, Cell>
  readonly server: Awaited<ReturnType<typeof serve>>
  readonly client: ReturnType<typeof createClient>
  readonly shapes: readonly Shape[]
}

const folder = process.env.BENCH_DATA ?? path.join(os.tmpdir(), 'anamnesis-bench-data')
const sizes = (process.env.BENCH_SIZES ?? '10000,1000000').split(',').map(Number)
const effort = {
  requests: Number(process.env.BENCH_REQUESTS ?? 300),
  seconds: Number(process.env.BENCH_CELL_SECONDS ?? 15),
}
const only = process.env.BENCH_SHAPES?.split(',')
const reload = process.env.BENCH_RELOAD === 'yes'
const output =
  process.env.BENCH_OUTPUT ?? fileURLToPath(new URL('../../docs/search-performance.md', import.meta.url))

const populations = sizes.map((resources) => createPopulation({ resources }))
const loaded: Loaded[] = []
for (const [index, population] of populations.entries()) {
  loaded.push(await provide(folder, sizes[index] ?? 0, population, reload))
}

const cluster = await openCluster(folder, false)
const targets: Target[] = []
let postgres = ''
const busy = os.loadavg()[0]?.toFixed(1) ?? ''
try {
  const [settings] = await cluster.query<{ server_version: string }>('postgres', 'show server_version')
  postgres = settings?.server_version ?? ''
  for (const [index, { database, resources }] of loaded.entries()) {
    const server = await serve(cluster.urlOf(database))
    const asked = createShapes(populations[index] as (typeof populations)[number])
    targets.push({ resources, cells: new Map(), server, client: createClient(server.url), shapes: asked })
  }
  // What is measured first would pay for compiling the code that all of them run.
  await each(({ subjects, valueClass }) => measureShape(subjects, valueClass, { requests: 0, seconds: 2 }))
  await each(async ({ subjects, shape, valueClass }) => {
    for (const [index, cell] of (await measureShape(subjects, valueClass, effort)).entries()) {
      const { cells, resources } = targets[index] as Target
      cells.set(cellKey(shape, valueClass), cell)
      console.log(`${sizeOf(resources)}  ${shape.name}, ${valueClass}: ${lineOf(cell)}`)
    }
  })
} finally {
  for (const { client, server } of targets) {
    client.close()
    await server.stop()
  }
  await cluster.stop()
}

const shapes = createShapes(populations[0] as (typeof populations)[number]).filter(
  ({ name }) => !only || only.includes(name),
)
const { table, breaches } = report(shapes, targets)
console.log(`\n${table}\n`)
console.log(
  breaches.length === 0 ? 'All limits hold.' : `Limits that do not hold:\n- ${breaches.join('\n- ')}`,
)
if (!only) {
  await writeFile(output, document(table, breaches))
  console.log(`Written to ${path.relative(process.cwd(), output)}`)
}
// What the embedded PostgreSQL's package registered would keep the process.
process.exit(0)

/** Every shape and class, with all sizes. */
async function each(
  work: (cell: {
    readonly subjects: readonly Subject[]
    readonly shape: Shape
    readonly valueClass: ValueClass
  }) => Promise<unknown>,
): Promise<void> {
  for (const [index, shape] of targets[0]?.shapes.entries() ?? []) {
    if (only && !only.includes(shape.name)) continue
    const subjects = targets.map(({ client, shapes }) => ({ client, shape: shapes[index] as Shape }))
    for (const valueClass of classes) await work({ subjects, shape, valueClass })
  }
}

function lineOf(cell: Cell): string {
  if ('refused' in cell) return `refused: ${cell.refused}`
  const { p50, p99, requests, found } = cell
  return `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${requests} requests, found ${found.join(' to ')}`
}

function document(table: string, breaches: readonly string[]): string {
  const examples = shapes.map(({ name, example }) => `| ${name} | \`${example.replaceAll('|', '\\|')}\` |`)
  const loads = loaded.map(
    ({ resources, seconds, durable }) =>
      `${sizeOf(resources)} in ${seconds.toFixed(0)} s (${sizeOf(Math.round(resources / seconds))} a second, fsync ${durable ? 'on' : 'off'})`,
  )
  return `# Search performance

Written by \`npm run bench:search -w bench\` (see [bench/README.md](../bench/README.md)), never by hand.

- ${new Date().toISOString().slice(0, 10)}, Anamnesis ${version}, Node ${process.versions.node}, PostgreSQL ${postgres} with \`shared_buffers=1GB\`
- ${os.availableParallelism()} x ${os.cpus()[0]?.model ?? 'unknown'}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB; client, server and PostgreSQL share the machine; its load average was ${busy} when the measuring began
- ${effort.requests} requests for each shape, class and size, or as many as fit in ${effort.seconds} s, one after the other over one connection, to each size in turn, after every value was sent twice for warming up
- Loaded through storage, indexes and vacuum included: ${loads.join('; ')}

Times are in milliseconds as the client sees them, over HTTP. _Dense_ values find more than a page, _sparse_ ones some that
fit on a page, _zero_ ones none; _found_ is what the answers held. Limits: no p99 over ${slowest} ms, and for shapes that name a
patient, an identifier or ids a ratio of at most 1.5. What does not hold is **bold**.

${table}

${breaches.length === 0 ? 'All limits hold.' : `Limits that do not hold:\n\n${breaches.map((each) => `- ${each}`).join('\n')}`}

| Shape | For example |
| --- | --- |
${examples.join('\n')}
`
}
