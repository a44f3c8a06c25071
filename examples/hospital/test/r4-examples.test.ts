import { readFileSync } from 'node:fs'
import { type AnyResource, parseJson, stringifyJson } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dataFolder, texts } from './support/data.js'
import { freePort, startHospital, withDataDir } from './support/hospital.js'

const test = suite('official R4 examples')

/** Examples that R4 itself does not allow, with the reason. */
const invalid: Record<string, string> = JSON.parse(
  readFileSync(
    new URL('../../../packages/core/test/validation/invalid-r4-examples.json', import.meta.url),
    'utf8',
  ),
)

/** The text without what the server sets, its elements in one order. */
function essence(resource: AnyResource): string {
  const { resourceType, id, meta, ...rest } = resource
  const { versionId: _, lastUpdated: __, ...kept } = meta ?? {}
  return stringifyJson({ resourceType, id, meta: kept, ...rest })
}

const folder = dataFolder('r4-examples') ?? ''

// Without the data the test counts as skipped, never as passed.
const withData = folder === '' ? test.skip : test

withData('every example that is valid by R4 can be PUT and read back equal, digits included', async () => {
  await withDataDir(async (dataDir) => {
    // Seven more are well built and contradict R4 otherwise (examples.test.ts of core names them).
    const hospital = await startHospital({ dataDir, port: await freePort(), validation: 'structure' })
    try {
      let equal = 0
      for (const { name, text } of texts(folder)) {
        if (name in invalid) continue
        const sent = parseJson(text).value as AnyResource
        const url = `${hospital.url}/${sent.resourceType}/${sent.id}`
        const put = await fetch(url, {
          method: 'PUT',
          headers: { 'content-type': 'application/fhir+json' },
          body: text,
        })
        assert.ok(
          put.status === 200 || put.status === 201,
          `${name}: ${put.status} ${await put.clone().text()}`,
        )
        const back = await fetch(url, { headers: { accept: 'application/fhir+json' } })
        assert.is(back.status, 200, name)
        const read = parseJson(await back.text()).value as AnyResource
        assert.is(essence(read), essence(sent), name)
        equal += 1
      }
      assert.ok(equal > 500, `${equal} examples`)
    } finally {
      await hospital.kill('SIGTERM')
    }
  })
})

test.run()
