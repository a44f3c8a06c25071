import { type AnyResource, validateStructure } from '@anamnesis/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Generated } from '../../src/population/elements.js'
import { createPopulation } from '../../src/population/population.js'

const population = createPopulation({ resources: 10_000 })
const records = Array.from({ length: population.patients }, (_, index) => population.record(index))
const everything: readonly Generated[] = [...population.staff.resources, ...records.flat()]

const test = suite('population')

test('is the same in every run, whatever was asked for before', () => {
  const again = createPopulation({ resources: 10_000 })
  assert.equal(again.record(3), records[3])
  assert.equal(again.record(1), records[1])
  assert.equal(again.staff.resources, population.staff.resources)
})

test('is another one for another seed', () => {
  const other = createPopulation({ resources: 10_000, seed: 2 })
  assert.not.equal(other.person(0).patient.id, population.person(0).patient.id)
  assert.not.equal(other.record(0).length, records[0]?.length)
})

test('has about as many resources as were asked for', () => {
  assert.ok(Math.abs(everything.length - 10_000) < 1_000, String(everything.length))
})

test('holds only valid R4', () => {
  for (const resource of [...population.staff.resources, ...(records[0] ?? []), ...(records[1] ?? [])]) {
    assert.equal(validateStructure(resource as unknown as AnyResource), [], resource.resourceType)
  }
})

test('gives no two resources of a type one id', () => {
  const names = new Set(everything.map(({ resourceType, id }) => `${resourceType}/${id}`))
  assert.is(names.size, everything.length)
})

test('refers to nothing that is not there', () => {
  const names = new Set(everything.map(({ resourceType, id }) => `${resourceType}/${id}`))
  const text = JSON.stringify(everything)
  for (const [, target] of text.matchAll(/"reference":"([A-Z]\w+\/[^"]+)"/g)) {
    assert.ok(names.has(target as string), target)
  }
})

test('has ids that can be told without making the resource', () => {
  const observation = records[4]?.filter(({ resourceType }) => resourceType === 'Observation')[7]
  assert.is(population.ids.ofPatient('Observation', 4, 7), observation?.id)
  assert.match(population.ids.unused(1), /^[0-9a-f]{20}$/)
})

test("has Synthea's mix: mostly Observations, each visit with its papers", () => {
  const count = (type: string) => everything.filter(({ resourceType }) => resourceType === type).length
  const share = count('Observation') / everything.length
  assert.ok(share > 0.42 && share < 0.52, String(share))
  assert.is(count('ExplanationOfBenefit'), count('Encounter'))
  assert.is(count('DocumentReference'), count('Encounter'))
  assert.is(count('Provenance'), population.patients)
})

test('has few frequent codes and a long tail of rare ones', () => {
  const counts = new Map<string, number>()
  for (const { resourceType, code } of everything) {
    if (resourceType !== 'Observation') continue
    const name = (code as { coding: { code: string }[] }).coding[0]?.code ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const sorted = [...counts.values()].sort((a, b) => b - a)
  assert.ok((sorted[0] ?? 0) > 150)
  assert.ok(sorted.filter((count) => count <= 3).length > 50)
})

test.run()
