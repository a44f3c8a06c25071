import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, type Hospital, json, startHospital, withDataDir } from './support/hospital.js'

const test = suite('kill -9')

const transactions = Number(process.env.KILL_TRANSACTIONS ?? 200)
const size = 12

/** One patient with observations, all under ids of the transaction's number. */
function bundle(number: number): object {
  const patient = { resourceType: 'Patient', id: `kill-${number}` }
  const observations = Array.from({ length: size - 1 }, (_, index) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] },
    subject: { reference: `Patient/kill-${number}` },
    identifier: [{ system: 'urn:kill', value: String(number) }],
    valueQuantity: { value: index },
  }))
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: patient, request: { method: 'PUT', url: `Patient/kill-${number}` } },
      ...observations.map((resource) => ({ resource, request: { method: 'POST', url: 'Observation' } })),
    ],
  }
}

test(`of ${transactions} transactions, killed at random moments, every acknowledged one is whole and none is there in part`, async () => {
  await withDataDir(async (dataDir) => {
    const port = await freePort()
    let hospital: Hospital = await startHospital({ dataDir, port })
    const acknowledged = new Set<number>()
    let next = 0
    let kills = 0
    let restarted: Promise<void> = Promise.resolve()
    const client = async () => {
      for (let number = next++; number < transactions; number = next++) {
        try {
          const response = await fetch(hospital.url, {
            method: 'POST',
            headers: { 'content-type': 'application/fhir+json' },
            body: JSON.stringify(bundle(number)),
          })
          if (response.status === 200) acknowledged.add(number)
          await response.text()
        } catch {
          // Killed under way: this one is not acknowledged, and may or may not be there.
          await restarted
        }
      }
    }
    const killer = async () => {
      // At shares of the work that differ in each run.
      for (const share of [0.15, 0.4, 0.65, 0.9]) {
        const at = (share + Math.random() * 0.08) * transactions
        while (next < at) await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 7))
        restarted = hospital.kill('SIGKILL').then(async () => {
          hospital = await startHospital({ dataDir, port })
        })
        kills += 1
        await restarted
      }
    }
    try {
      await Promise.all([killer(), ...Array.from({ length: 4 }, client)])

      assert.is(kills, 4)
      assert.ok(acknowledged.size > transactions / 4, `${acknowledged.size} acknowledged`)
      for (let number = 0; number < transactions; number += 1) {
        const patientThere = (await fetch(`${hospital.url}/Patient/kill-${number}`)).status === 200
        const found = await json(
          `${hospital.url}/Observation?identifier=urn:kill|${number}&_count=100&_total=accurate`,
        )
        if (acknowledged.has(number))
          assert.ok(patientThere, `transaction ${number} was acknowledged and is lost`)
        assert.is(found.total, patientThere ? size - 1 : 0, `transaction ${number} is there in part`)
      }
      assert.is(await hospital.kill('SIGTERM'), 0)
    } finally {
      // A failure must not leave the server behind: the run would wait for it.
      await hospital.kill('SIGKILL')
    }
  })
})

test.run()
