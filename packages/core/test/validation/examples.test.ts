// All of validation on real resources: HL7's R4 examples and Synthea's records.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dataFolder, jsonFiles } from './data.js'
import { errorPlaces, openWholeValidation } from './whole.js'

/** An example that is not valid R4: what is wrong with it, and where that is found. */
interface Defect {
  readonly reason: string
  /** Each place of an error. */
  readonly places: readonly string[]
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

const defects: Readonly<Record<string, Defect>> = {
  'Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json': {
    reason: 'the fullUrl ends with Patient/pat12, the id of its resource is pat2',
    places: ['Bundle.entry[2].fullUrl'],
  },
  'Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f.json': {
    reason:
      'media types with a slash or a space in a parameter that is not quoted, which BCP 13 does not allow',
    places: numbers(7, 13).map((index) => `Bundle.entry[${index}].resource.payloadMimeType[0]`),
  },
  'Bundle-lri-example.json': {
    reason: 'fullUrls end with ids such as lri-gramstain1, the ids of their resources lack the lri-',
    places: numbers(1, 16).map((index) => `Bundle.entry[${index}].fullUrl`),
  },
  'DeviceMetric-example.json': {
    reason: 'the parent is a DeviceDefinition, R4 asks for a Device',
    places: ['DeviceMetric.parent'],
  },
  'DeviceUseStatement-example.json': {
    reason: 'the reason is a Procedure, R4 asks for a Condition, Observation, DiagnosticReport and others',
    places: ['DeviceUseStatement.reasonReference[0]'],
  },
  'Observation-clinical-gender.json': {
    reason: 'the performer is an Encounter, R4 asks for who performed it',
    places: ['Observation.performer[0]'],
  },
  'Observation-f202.json': {
    reason: 'a body temperature at no time; its profile, which LOINC 8310-5 brings with it, asks for one',
    places: ['Observation.effective'],
  },
}

/** The nested items of this questionnaire, 32 in all, have no linkId, which is 1..1. */
const withoutLinkIds = 'Questionnaire-qs1.json'

/** Synthea says `hi` of the Library of Congress where the widest value set for the binding (its maxValueSet) is BCP 47. */
const hindi = {
  file: '4fa27f17-62da-04b8-fcb6-81ba9f5e15af.json.gz',
  places: ['Bundle.entry[0].resource.communication[0].language'],
}

const test = suite('validation of real resources')
const examples = dataFolder('r4-examples')
const synthea = dataFolder('synthea')
const { issuesOf } = await openWholeValidation()

/** Where errors are, by file. */
function errorsIn(folder: string): {
  readonly count: number
  readonly found: Record<string, readonly string[]>
} {
  let count = 0
  const found: Record<string, readonly string[]> = {}
  for (const { name, content } of jsonFiles(folder)) {
    count++
    const places = errorPlaces(issuesOf(content))
    if (places.length > 0) found[name] = places
  }
  return { count, found }
}

if (examples === undefined) test.skip('official examples (no data: set ANAMNESIS_DATA)', () => undefined)
else
  test('finds no error in an official example but those that contradict the specification', () => {
    const { count, found } = errorsIn(examples)
    const { [withoutLinkIds]: linkIds = [], ...others } = found
    assert.is(linkIds.length, 32)
    assert.ok(linkIds.every((place) => /^Questionnaire(\.item\[\d+\]){2,}\.linkId$/.test(place)))
    const expected = Object.entries(defects).map(([name, { places }]) => [name, [...places]])
    assert.equal(
      Object.entries(others).map(([name, places]) => [name, [...places]]),
      expected,
    )
    assert.ok(count > 500, `${count} examples`)
  })

if (synthea === undefined) test.skip('Synthea (no data: set ANAMNESIS_DATA)', () => undefined)
else
  test('finds no error in the records of Synthea but a language in another system', () => {
    const { count, found } = errorsIn(synthea)
    assert.equal(found, { [hindi.file]: hindi.places })
    assert.ok(count > 50, `${count} bundles`)
  })

test.run()
