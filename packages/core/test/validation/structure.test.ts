import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { preloadValidators, validateStructure } from '../../src/validation/structure.js'
import validResources from './valid-resources.json' with { type: 'json' }

const test = suite('validateStructure')

/** A resource, and for each issue its code, expression and message. */
type Case = readonly [
  resource: unknown,
  ...issues: (readonly [code: string, expression: string | undefined, text: string])[],
]

const patient = (elements: object) => ({ resourceType: 'Patient', ...elements })
const observation = (elements: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...elements,
})
const bundle = (resource: unknown) => ({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] })

const dateTimeForm =
  'a date or a time with seconds and zone, such as 2024, 2024-02-29 or 2024-02-29T14:30:00+01:00'
const genders =
  'a code of http://hl7.org/fhir/ValueSet/administrative-gender (male | female | other | unknown)'
const nullInArray =
  'An array may hold null only for a primitive whose id or extension is in the array with the underscore.'

const cases: Readonly<Record<string, readonly Case[]>> = {
  'names an unknown element and the nearest known one': [
    [
      patient({ brithDate: '1980' }),
      ['structure', 'Patient.brithDate', "Patient has no element 'brithDate'. Did you mean 'birthDate'?"],
    ],
    [
      patient({ BirthDate: '1980' }),
      ['structure', 'Patient.BirthDate', "Patient has no element 'BirthDate'. Did you mean 'birthDate'?"],
    ],
    [
      patient({ name: [{ famly: 'x' }] }),
      ['structure', 'Patient.name[0].famly', "HumanName has no element 'famly'. Did you mean 'family'?"],
    ],
    [
      patient({ contact: [{ zzzzzz: 1 }] }),
      ['structure', 'Patient.contact[0].zzzzzz', "Patient.contact has no element 'zzzzzz'."],
    ],
    [patient({ 'a b': 1 }), ['structure', 'Patient', "Patient has no element 'a b'."]],
    [
      patient({ ['x'.repeat(500)]: 1 }),
      ['structure', 'Patient', `Patient has no element '${'x'.repeat(60)}...'.`],
    ],
    [
      patient(JSON.parse('{"__proto__": {"a": 1}}')),
      ['structure', 'Patient.__proto__', "Patient has no element '__proto__'."],
    ],
    [
      patient({ name: [{ resourceType: 'HumanName', text: 'x' }] }),
      ['structure', 'Patient.name[0].resourceType', "HumanName has no element 'resourceType'."],
    ],
    [
      observation({ value: 1 }),
      [
        'structure',
        'Observation.value',
        "Observation has no element 'value'. Add the type of the value to the name: valueQuantity, valueCodeableConcept, valueString, valueBoolean, valueInteger.",
      ],
    ],
    [
      observation({ _code: { id: 'x' } }),
      [
        'structure',
        'Observation._code',
        "Observation has no element '_code'. Only primitive elements have a '_' property; put id and extension into 'code' itself.",
      ],
    ],
    [
      observation({ referenceRange: [{ low: { comparator: '<' } }] }),
      [
        'structure',
        'Observation.referenceRange[0].low.comparator',
        "SimpleQuantity has no element 'comparator'.",
      ],
    ],
  ],
  'refuses what the definitions package adds to R4': [
    [
      patient({ meta: { project: '1' } }),
      ['structure', 'Patient.meta.project', "Meta has no element 'project'."],
    ],
    [
      { resourceType: 'SubscriptionStatus' },
      [
        'structure',
        undefined,
        "expected the name of an R4 resource type, found 'SubscriptionStatus'. Did you mean 'Subscription'?",
      ],
    ],
  ],
  'tells wrong JSON types': [
    [
      patient({ active: 'true' }),
      ['structure', 'Patient.active', "expected true or false, found 'true'. Leave the quotes out."],
    ],
    [
      patient({ multipleBirthInteger: '3' }),
      [
        'structure',
        'Patient.multipleBirth.ofType(integer)',
        "expected a whole number from -2147483648 to 2147483647, found '3'. Leave the quotes out.",
      ],
    ],
    [
      patient({ birthDate: 1980 }),
      [
        'structure',
        'Patient.birthDate',
        'expected a date such as 2024-02-29, 2024-02 or 2024, found the number 1980. Put the value in quotes.',
      ],
    ],
    [
      patient({ birthDate: ['1980'] }),
      [
        'structure',
        'Patient.birthDate',
        'expected a date such as 2024-02-29, 2024-02 or 2024, found an array. This element does not repeat: leave the square brackets out.',
      ],
    ],
    [
      patient({ maritalStatus: 'M' }),
      ['structure', 'Patient.maritalStatus', "expected a JSON object (CodeableConcept), found 'M'."],
    ],
    [
      patient({ maritalStatus: [{ text: 'M' }] }),
      [
        'structure',
        'Patient.maritalStatus',
        'expected a JSON object (CodeableConcept), found an array. This element does not repeat: leave the square brackets out.',
      ],
    ],
    [
      patient({ name: { family: 'x' } }),
      [
        'structure',
        'Patient.name',
        'expected an array of HumanName, found an object. This element repeats: put its values between square brackets.',
      ],
    ],
    [
      patient({ name: ['x'] }),
      ['structure', 'Patient.name[0]', "expected a JSON object (HumanName), found 'x'."],
    ],
    [
      patient({ gender: true }),
      ['structure', 'Patient.gender', `expected ${genders}, found true. Put the value in quotes.`],
    ],
    [
      observation({ subject: { reference: {} } }),
      [
        'structure',
        'Observation.subject.reference',
        'expected text that is not empty, found an empty object.',
      ],
    ],
    [
      patient({ _birthDate: 'x' }),
      ['structure', 'Patient.birthDate', "expected a JSON object (Element), found 'x'."],
    ],
  ],
  'wants no empty and no null values': [
    [
      patient({ name: [] }),
      [
        'structure',
        'Patient.name',
        'expected an array of HumanName, found an empty array. Leave the element out when it has no value.',
      ],
    ],
    [
      patient({ maritalStatus: {} }),
      [
        'structure',
        'Patient.maritalStatus',
        'expected a JSON object (CodeableConcept), found an empty object. Leave the element out when it has no value.',
      ],
    ],
    [
      patient({ language: '' }),
      [
        'value',
        'Patient.language',
        'expected a code: text without white space at its ends, such as final, found empty text. Leave the element out when it has no value.',
      ],
    ],
    [
      patient({ birthDate: null }),
      [
        'structure',
        'Patient.birthDate',
        'expected a date such as 2024-02-29, 2024-02 or 2024, found null. Leave the element out when it has no value.',
      ],
    ],
    [
      patient({ name: [null] }),
      ['structure', 'Patient.name[0]', `expected a JSON object (HumanName), found null. ${nullInArray}`],
    ],
  ],
  'wants a value or an extension for each item of a repeating primitive': [
    [
      patient({ name: [{ given: ['a', null] }] }),
      [
        'structure',
        'Patient.name[0].given[1]',
        `expected text that is not empty, found null. ${nullInArray}`,
      ],
    ],
    [
      patient({ name: [{ given: ['a', null], _given: [{ id: 'x' }] }] }),
      [
        'structure',
        'Patient.name[0].given[1]',
        `expected text that is not empty, found null. ${nullInArray}`,
      ],
    ],
    [
      patient({ name: [{ given: ['a'], _given: [{ id: 'x' }, null] }] }),
      [
        'structure',
        'Patient.name[0].given[1]',
        `expected a JSON object (Element), found null. ${nullInArray}`,
      ],
    ],
    [
      patient({ name: [{ given: ['a'], _given: { id: 'x' } }] }),
      [
        'structure',
        'Patient.name[0].given',
        'expected an array of Element, found an object. This element repeats: put its values between square brackets.',
      ],
    ],
  ],
  'tells wrong formats': [
    [
      patient({ birthDate: '29/02/2024' }),
      [
        'value',
        'Patient.birthDate',
        "expected a date such as 2024-02-29, 2024-02 or 2024, found '29/02/2024'.",
      ],
    ],
    [
      patient({ birthDate: '2023-02-29' }),
      [
        'value',
        'Patient.birthDate',
        "expected a date such as 2024-02-29, 2024-02 or 2024, found '2023-02-29'. That month has no such day.",
      ],
    ],
    [
      patient({ deceasedDateTime: '2024-02-29T14:30' }),
      ['value', 'Patient.deceased.ofType(dateTime)', `expected ${dateTimeForm}, found '2024-02-29T14:30'.`],
    ],
    [
      patient({ id: 'a_b' }),
      ['value', 'Patient.id', "expected an id of 1 to 64 letters, digits, hyphens and dots, found 'a_b'."],
    ],
    [
      patient({ multipleBirthInteger: 1.5 }),
      [
        'value',
        'Patient.multipleBirth.ofType(integer)',
        'expected a whole number from -2147483648 to 2147483647, found the number 1.5.',
      ],
    ],
    [
      patient({ implicitRules: `a ${'b'.repeat(100)}` }),
      [
        'value',
        'Patient.implicitRules',
        `expected a URI without white space, such as http://example.org/records/1, found 'a ${'b'.repeat(58)}...'.`,
      ],
    ],
    [
      patient({ name: [{ text: 'a\u0000"b' }] }),
      ['value', 'Patient.name[0].text', `expected text that is not empty, found 'a\\u0000"b'.`],
    ],
  ],
  'lists the codes of a required binding': [
    [
      patient({ gender: 'Male' }),
      ['code-invalid', 'Patient.gender', `expected ${genders}, found 'Male'. Did you mean 'male'?`],
    ],
    [patient({ gender: '' }), ['code-invalid', 'Patient.gender', `expected ${genders}, found empty text.`]],
    [
      observation({ status: 'done' }),
      [
        'code-invalid',
        'Observation.status',
        "expected a code of http://hl7.org/fhir/ValueSet/observation-status (registered | preliminary | final | amended | corrected | cancelled | entered-in-error | unknown), found 'done'.",
      ],
    ],
    [
      {
        resourceType: 'SearchParameter',
        url: 'u',
        name: 'n',
        status: 'draft',
        description: 'd',
        code: 'c',
        base: ['Patint'],
        type: 'token',
      },
      [
        'code-invalid',
        'SearchParameter.base[0]',
        "expected a code of http://hl7.org/fhir/ValueSet/resource-types (Account | ActivityDefinition | AdverseEvent | AllergyIntolerance | Appointment | AppointmentResponse | AuditEvent | Basic | Binary | BiologicallyDerivedProduct and 138 more), found 'Patint'. Did you mean 'Patient'?",
      ],
    ],
  ],
  'names required elements that are absent': [
    [
      { resourceType: 'MedicationRequest', status: 'active', intent: 'order' },
      [
        'required',
        'MedicationRequest.medication',
        'this element is required, expected one of medicationCodeableConcept, medicationReference, found nothing.',
      ],
      [
        'required',
        'MedicationRequest.subject',
        'this element is required, expected a JSON object (Reference), found nothing.',
      ],
    ],
    [
      patient({ communication: [{ preferred: true }] }),
      [
        'required',
        'Patient.communication[0].language',
        'this element is required, expected a JSON object (CodeableConcept), found nothing.',
      ],
    ],
    [
      patient({ extension: [{ valueString: 'x' }] }),
      [
        'required',
        'Patient.extension[0].url',
        'this element is required, expected a URI without white space, such as http://example.org/records/1, found nothing.',
      ],
    ],
    [
      { resourceType: 'Bundle' },
      [
        'required',
        'Bundle.type',
        'this element is required, expected a code of http://hl7.org/fhir/ValueSet/bundle-type (document | message | transaction | transaction-response | batch | batch-response | history | searchset | collection), found nothing.',
      ],
    ],
  ],
  'allows one property of a choice': [
    [
      patient({ deceasedBoolean: true, deceasedDateTime: '2024' }),
      [
        'structure',
        'Patient.deceased',
        'found deceasedBoolean and deceasedDateTime for deceased[x]; only one of them may be present. Remove the other.',
      ],
    ],
    [
      observation({ _valueString: { id: 'x' }, valueQuantity: { value: 1 }, valueString: 'x' }),
      [
        'structure',
        'Observation.value',
        'found valueString and valueQuantity for value[x]; only one of them may be present. Remove the other.',
      ],
    ],
    [
      patient({ extension: [{ url: 'u', valueString: 'x', extension: [{ url: 'v', valueCode: 'y' }] }] }),
      [
        'invariant',
        'Patient.extension[0]',
        'an extension has a value or extensions of its own, found valueString and extension; only one of them may be present. Remove the other.',
      ],
    ],
  ],
  'speaks of choices and extended primitives in terms of FHIR elements': [
    [
      observation({ valueQuantity: { unit: 3 } }),
      [
        'structure',
        'Observation.value.ofType(Quantity).unit',
        'expected text that is not empty, found the number 3. Put the value in quotes.',
      ],
    ],
    [
      patient({ _birthDate: { extension: [{ url: 'u', valueCoding: { code: 1 } }] } }),
      [
        'structure',
        'Patient.birthDate.extension[0].value.ofType(Coding).code',
        'expected a code: text without white space at its ends, such as final, found the number 1. Put the value in quotes.',
      ],
    ],
    [
      patient({ name: [{ _given: [{ extension: [{ url: 1 }] }] }] }),
      [
        'structure',
        'Patient.name[0].given[0].extension[0].url',
        'expected a URI without white space, such as http://example.org/records/1, found the number 1. Put the value in quotes.',
      ],
    ],
  ],
  'checks resources inside of resources': [
    [
      bundle(patient({ active: 1 })),
      ['structure', 'Bundle.entry[0].resource.active', 'expected true or false, found the number 1.'],
    ],
    [
      bundle({ resourceType: 'Patint' }),
      [
        'structure',
        'Bundle.entry[0].resource',
        "expected the name of an R4 resource type, found 'Patint'. Did you mean 'Patient'?",
      ],
    ],
    [
      bundle({ id: 'x' }),
      [
        'required',
        'Bundle.entry[0].resource',
        'expected the name of an R4 resource type such as Patient, found nothing.',
      ],
    ],
    [
      bundle('Patient/1'),
      ['structure', 'Bundle.entry[0].resource', "expected a JSON object (Resource), found 'Patient/1'."],
    ],
    [
      {
        resourceType: 'Parameters',
        parameter: [{ name: 'a', part: [{ name: 'b', resource: patient({ active: 1 }) }] }],
      },
      [
        'structure',
        'Parameters.parameter[0].part[0].resource.active',
        'expected true or false, found the number 1.',
      ],
    ],
    [
      patient({ contained: [{ resourceType: 'Device', status: 'on' }] }),
      [
        'code-invalid',
        'Patient.contained[0].status',
        "expected a code of http://hl7.org/fhir/ValueSet/device-status (active | inactive | entered-in-error | unknown), found 'on'.",
      ],
    ],
    [
      patient({ contained: [patient({ contained: [patient({})] })] }),
      [
        'structure',
        'Patient.contained[0].contained',
        'a contained resource cannot contain others. Move them to the resource that contains it.',
      ],
    ],
  ],
  'refuses what is no resource': [
    [null, ['structure', 'Resource', 'expected a JSON object (Resource), found null.']],
    ['Patient', ['structure', 'Resource', "expected a JSON object (Resource), found 'Patient'."]],
    [[patient({})], ['structure', 'Resource', 'expected a JSON object (Resource), found an array.']],
    [undefined, ['structure', 'Resource', 'expected a JSON object (Resource), found nothing.']],
    [{}, ['required', undefined, 'expected the name of an R4 resource type such as Patient, found nothing.']],
    [
      { resourceType: 7 },
      ['structure', undefined, 'expected the name of an R4 resource type, found the number 7.'],
    ],
    [
      { resourceType: 'DomainResource' },
      ['structure', undefined, "expected the name of an R4 resource type, found 'DomainResource'."],
    ],
    [
      { resourceType: 'constructor' },
      ['structure', undefined, "expected the name of an R4 resource type, found 'constructor'."],
    ],
  ],
}

for (const [behaviour, table] of Object.entries(cases)) {
  test(behaviour, () => {
    for (const [resource, ...expected] of table) {
      const found = validateStructure(resource)
      const where = expected[0]?.[1] ?? 'Resource.resourceType'
      const text = (path: string, words: string) =>
        `${words.startsWith('expected the name') ? `${path}.resourceType` : path}: ${words}`
      assert.equal(
        found.map((issue) => [issue.severity, issue.code, issue.expression?.[0], issue.diagnostics]),
        expected.map(([code, path, words]) => ['error', code, path, text(path ?? 'Resource', words)]),
        where,
      )
      for (const issue of found) assert.is(issue.details?.text, issue.diagnostics)
    }
  })
}

test('finds nothing in valid resources', () => {
  for (const resource of validResources)
    assert.equal(validateStructure(resource), [], JSON.stringify(resource))
})

test('takes a property with the value undefined as absent', () => {
  assert.equal(validateStructure(patient({ gender: undefined, foo: undefined })), [])
  assert.is(validateStructure({ resourceType: 'Bundle', type: undefined })[0]?.code, 'required')
})

test('accepts numbers that keep their digits', () => {
  const lossless = (value: string) => ({ isLosslessNumber: true, value, toString: () => value })
  assert.equal(validateStructure(observation({ valueQuantity: { value: lossless('2.00') } })), [])
  assert.equal(validateStructure(observation({ valueInteger: lossless('12') })), [])
  const [issue] = validateStructure(observation({ valueInteger: lossless('99999999999999999999') }))
  assert.match(issue?.diagnostics ?? '', 'found the number 99999999999999999999.')
})

test('starts expressions with that of the resource', () => {
  const issues = validateStructure(patient({ active: 1, contact: [{}] }), {
    expression: 'Bundle.entry[3].resource',
  })
  assert.equal(
    issues.map((issue) => issue.expression),
    [['Bundle.entry[3].resource.active'], ['Bundle.entry[3].resource.contact[0]']],
  )
  assert.equal(validateStructure({}, { expression: 'Bundle.entry[3].resource' })[0]?.expression, undefined)
})

test('lists 50 issues and says that there are more', () => {
  const given = (count: number) => patient({ name: [{ given: new Array(count).fill(1) }] })
  assert.is(validateStructure(given(50)).length, 50)
  const issues = validateStructure(given(51))
  assert.is(issues.length, 51)
  assert.equal(issues.filter((issue) => issue.severity === 'error').length, 50)
  assert.is(
    issues[50]?.diagnostics,
    'There are more problems than the 50 listed. Correct these and send the resource again.',
  )
})

test('spends no more time on a body full of errors than on a valid one', () => {
  const bodies = [
    patient({ name: new Array(300_000).fill(1) }),
    patient({ name: new Array(300_000).fill({ given: [1, 2, 3] }) }),
    patient(Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`k${index}`, 1]))),
    patient({
      language: 'a '.repeat(3_000_000),
      implicitRules: ' '.repeat(3_000_000),
      photo: [{ data: 'a '.repeat(3_000_001) }],
    }),
    observation({ extension: [{ url: 'u', valueOid: `urn:oid:1${'.1'.repeat(3_000_000)}x` }] }),
  ]
  for (const body of bodies) {
    const start = performance.now()
    assert.ok(validateStructure(body).length > 0)
    const milliseconds = performance.now() - start
    assert.ok(milliseconds < 2000, `${milliseconds} ms`)
  }
})

/** Extensions in extensions, and the innermost value. */
function nestedExtensions(depth: number, value: unknown) {
  let extension: object = { url: 'u', valueString: value }
  for (let level = 0; level < depth; level++) extension = { url: 'u', extension: [extension] }
  return patient({ extension: [extension] })
}

test('checks 300 levels of nesting', () => {
  assert.equal(validateStructure(nestedExtensions(300, 'x')), [])
  assert.is(validateStructure(nestedExtensions(300, 1)).length, 1)
})

test('gives an issue when nesting exceeds the stack', () => {
  const issues = validateStructure(nestedExtensions(100_000, 'x'))
  assert.equal(
    issues.map((issue) => issue.diagnostics),
    ['The resource is nested too deeply to be checked.'],
  )
})

test('may be loaded ahead', () => {
  preloadValidators()
  assert.equal(validateStructure(patient({})), [])
})

test.run()
