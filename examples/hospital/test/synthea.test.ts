import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type AnyResource, parseJson, stringifyJson } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dataFolder, texts } from './support/data.js'
import { freePort, type Hospital, startHospital, withDataDir } from './support/hospital.js'

const test = suite('Synthea')

const anamnesis = fileURLToPath(new URL('../../../packages/core/bin/anamnesis.js', import.meta.url))

interface Sent {
  readonly file: string
  readonly resource: AnyResource
}

/** What every bundle sends, by the identity that the loaded resource can be found by. */
function resourcesOf(folder: string): Sent[] {
  return texts(folder).flatMap(({ name, text }) => {
    const bundle = parseJson(text).value as { entry: { resource: AnyResource }[] }
    return bundle.entry.map(({ resource }) => ({ file: name, resource }))
  })
}

/** Everything but id, meta and what references say, digits kept: the text that has to come back. */
function essence(resource: AnyResource): string {
  const { id: _, meta: __, ...rest } = resource
  return stringifyJson(rest)
    .replace(/"reference":"[^"]*"/g, '"reference":"*"')
    .replace(/urn:uuid:[0-9a-f-]{36}/g, '*')
}

function counts(resources: readonly { readonly resourceType: string }[]): Record<string, number> {
  const result: Record<string, number> = {}
  for (const { resourceType } of resources) result[resourceType] = (result[resourceType] ?? 0) + 1
  return Object.fromEntries(Object.entries(result).sort())
}

async function stored(hospital: Hospital, type: string): Promise<AnyResource[]> {
  const found: AnyResource[] = []
  for (let next: string | undefined = `${hospital.url}/${type}?_count=1000`; next; ) {
    const page = parseJson(await (await fetch(next)).text()).value as {
      entry?: { resource: AnyResource }[]
      link: { relation: string; url: string }[]
    }
    found.push(...(page.entry ?? []).map(({ resource }) => resource))
    next = page.link.find(({ relation }) => relation === 'next')?.url
  }
  return found
}

const folder = dataFolder('synthea') ?? ''

// Without the data the test counts as skipped, never as passed.
const withData = folder === '' ? test.skip : test

withData(
  'every bundle loads, counts per type are the bundles own, every resource comes back as sent',
  async () => {
    const sent = resourcesOf(folder)
    const expected = counts(sent.map(({ resource }) => resource))
    for (let round = 1; round <= 2; round += 1) {
      await withDataDir(async (dataDir) => {
        // One record has a language of another system than R4 asks for, which full validation refuses.
        const hospital = await startHospital({ dataDir, port: await freePort(), validation: 'structure' })
        try {
          const { stdout } = await promisify(execFile)(
            process.execPath,
            [anamnesis, 'load', folder, '--url', hospital.url, '--state', `${dataDir}/load-state`],
            { maxBuffer: 1e8 },
          )
          assert.match(stdout, 'files loaded')
          const back: AnyResource[] = []
          for (const type of Object.keys(expected)) back.push(...(await stored(hospital, type)))
          assert.equal(counts(back), expected)
          // Each text as often as it was sent: a multiset, since ids are the server's.
          const remaining = new Map<string, number>()
          for (const { resource } of sent) {
            const text = essence(resource)
            remaining.set(text, (remaining.get(text) ?? 0) + 1)
          }
          for (const resource of back) {
            const text = essence(resource)
            const left = remaining.get(text) ?? 0
            assert.ok(
              left > 0,
              `${resource.resourceType}/${resource.id} was not sent so: ${text.slice(0, 400)}`,
            )
            remaining.set(text, left - 1)
          }
          const references = new Set(back.flatMap((resource) => referencesOf(resource)))
          const there = new Set(back.map(({ resourceType, id }) => `${resourceType}/${id}`))
          const dangling = [...references].filter(
            (reference) => !reference.startsWith('#') && !there.has(reference),
          )
          assert.equal(dangling, [])
        } finally {
          await hospital.kill('SIGTERM')
        }
      })
    }
  },
)

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'reference' && typeof inner === 'string' ? [inner] : referencesOf(inner),
  )
}

test.run()
