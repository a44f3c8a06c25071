import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../../src/errors/fhir-error.js'
import { createCheckWorker } from '../../../src/validation/worker/check-worker.js'

const test = suite('the thread of large resources')

const local = { packages: [], packageCache: false as const }
const patient = { resourceType: 'Patient', contact: [{ gender: 'male' }] }

/** As large as one likes: every line of it is looked at by several rules. */
const large = (entries: number) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: Array.from({ length: entries }, (_, n) => ({
    fullUrl: `http://example.org/fhir/Patient/p${n}`,
    resource: { resourceType: 'Patient', id: `p${n}`, name: [{ family: `F${n}` }] },
  })),
})

/** A profile whose one invariant takes a billion steps. */
const endless = {
  resourceType: 'StructureDefinition',
  url: 'http://example.org/StructureDefinition/endless',
  name: 'Endless',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: {
    element: [
      {
        id: 'Patient',
        path: 'Patient',
        constraint: [
          {
            key: 'end-1',
            severity: 'error',
            human: 'ends',
            expression: `${'%resource.descendants().select('.repeat(3)}1${')'.repeat(3)}.exists()`,
          },
        ],
      },
    ],
  },
}
const named = {
  resourceType: 'Patient',
  name: Array.from({ length: 20 }, () => ({ given: Array.from({ length: 60 }, (_, n) => `n${n}`) })),
}

async function refusal(work: Promise<unknown>): Promise<FhirError> {
  try {
    await work
  } catch (error) {
    assert.ok(FhirError.is(error), String(error))
    return error as FhirError
  }
  throw new Error('it was answered')
}

test('answers each that waits, one after another', async () => {
  const worker = createCheckWorker({ local })
  const results = await Promise.all([1, 2, 3].map(() => worker.check({ resource: patient }, [])))
  for (const { issues } of results) {
    assert.equal(
      issues.filter(({ severity }) => severity === 'error').map(({ expression }) => expression),
      [['Patient.contact[0]']],
    )
  }
  await worker.stop()
})

test('one that takes too long is refused with what to do, and those behind it are answered', async () => {
  const worker = createCheckWorker({ local }, { timeLimit: 1500 })
  const slow = worker.check({ resource: named, profiles: [endless.url] }, [
    [`StructureDefinition ${endless.url}`, endless],
  ])
  const behind = worker.check({ resource: patient }, [])
  const { code, message } = await refusal(slow)
  assert.is(code, 'too-costly')
  assert.match(message, /more than 1.5 seconds. Send it in smaller parts/)
  assert.is(
    (await behind).issues.some(({ severity }) => severity === 'error'),
    true,
  )
  await worker.stop()
})

test('one that takes too much memory is refused, the process and the next one live', async () => {
  const worker = createCheckWorker({ local, megabytes: 80 })
  const { code, message } = await refusal(worker.check({ resource: large(200_000) }, []))
  assert.is(code, 'too-costly')
  assert.match(message, '80 megabytes')
  assert.ok((await worker.check({ resource: patient }, [])).issues.length > 0)
  await worker.stop()
})

test('the 51st that waits is told to come again', async () => {
  const worker = createCheckWorker({ local })
  const waiting = Array.from({ length: 50 }, () => worker.check({ resource: patient }, []))
  const { code } = await refusal(worker.check({ resource: patient }, []))
  assert.is(code, 'throttled')
  await Promise.all(waiting)
  await worker.stop()
})

test('those that wait when the server stops are told so', async () => {
  const worker = createCheckWorker({ local })
  const asked = refusal(worker.check({ resource: large(5000) }, []))
  await worker.stop()
  assert.is((await asked).code, 'unavailable')
})

test.run()
