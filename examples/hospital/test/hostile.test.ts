import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { attack } from '../../../packages/core/test/support/hostile.js'
import { freePort, json, startHospital, withDataDir } from './support/hospital.js'

const test = suite('the hospital server under attack')

const requests = Number(process.env.HOSTILE_REQUESTS ?? 10_000)
const seed = Number(process.env.HOSTILE_SEED ?? 20_240_301)

/** Resident megabytes of a process; undefined where the system does not tell. */
function resident(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
  }
}

test(`${requests} hostile requests on PostgreSQL: no 5xx, no crash, memory steady`, async () => {
  await withDataDir(async (dataDir) => {
    const hospital = await startHospital({ dataDir, port: await freePort() })
    try {
      const memory: number[] = []
      const { faults } = await attack({
        port: hospital.port,
        basePath: '/fhir',
        requests,
        seed,
        validates: true,
        onRound: async () => {
          memory.push(resident(hospital.pid) ?? 0)
        },
      })
      assert.equal(faults, [])
      const half = Math.floor(memory.length / 2)
      const [first, second] = [Math.max(...memory.slice(0, half)), Math.max(...memory.slice(half))]
      assert.ok(second < first + 150, `resident megabytes went from ${first} to ${second}`)
      assert.is((await fetch(`${hospital.url}/metadata`)).status, 200)
    } finally {
      assert.is(await hospital.kill('SIGTERM'), 0, hospital.output())
    }
  })
})

test('of parallel conditional creates over HTTP one creates', async () => {
  await withDataDir(async (dataDir) => {
    const hospital = await startHospital({ dataDir, port: await freePort() })
    try {
      for (let round = 0; round < 5; round += 1) {
        const answers = await Promise.all(
          Array.from({ length: 24 }, () =>
            fetch(`${hospital.url}/Patient`, {
              method: 'POST',
              headers: {
                'content-type': 'application/fhir+json',
                'if-none-exist': `identifier=urn:mrn|${round}`,
              },
              body: JSON.stringify({
                resourceType: 'Patient',
                identifier: [{ system: 'urn:mrn', value: String(round) }],
              }),
            }),
          ),
        )
        const statuses = answers.map(({ status }) => status).sort()
        assert.equal(statuses, [...Array(23).fill(200), 201])
        assert.is((await json(`${hospital.url}/Patient?identifier=urn:mrn|${round}`)).total, 1)
      }
    } finally {
      await hospital.kill('SIGTERM')
    }
  })
})

test.run()
