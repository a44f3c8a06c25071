import * as assert from 'uvu/assert'
import type { Clause } from '../../src/search/query.js'
import type { Storage } from '../../src/storage/storage.js'
import { indexed, nameOf, remove } from './changes.js'
import type { Define } from './context.js'
import { found, queryOf } from './queries.js'

const loinc = 'http://loinc.org'
const ucum = 'http://unitsofmeasure.org'

/** A small ward, known in every detail. */
export const ward = [
  {
    resourceType: 'Patient',
    id: 'ana',
    active: true,
    gender: 'female',
    birthDate: '1970-02-14',
    name: [{ family: 'Núñez', given: ['Ana', 'María'] }],
    identifier: [
      {
        system: 'urn:mrn',
        value: '1',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      },
    ],
    managingOrganization: { reference: 'Organization/clinic' },
  },
  {
    resourceType: 'Patient',
    id: 'bea',
    birthDate: '1970',
    name: [{ family: 'nunezovich' }, { family: 'Smith' }],
    identifier: [{ value: '1' }, { system: 'urn:mrn', value: '2' }],
    managingOrganization: { identifier: { system: 'urn:org', value: '9' } },
  },
  { resourceType: 'Patient', id: 'carl', gender: 'male', name: [{ family: 'O Ñ' }] },
  {
    resourceType: 'Organization',
    id: 'clinic',
    name: 'Clínica del Sur',
    partOf: { reference: 'Organization/group' },
  },
  { resourceType: 'Organization', id: 'group', name: 'Grupo Sanitario' },
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Who' }] },
  {
    resourceType: 'Encounter',
    id: 'stay',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: 'Patient/ana' },
    period: { start: '2024-03-01T08:00:00Z', end: '2024-03-04T12:00:00Z' },
  },
  {
    resourceType: 'Encounter',
    id: 'open',
    status: 'in-progress',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/bea' },
    partOf: { reference: 'Encounter/stay' },
    period: { start: '2024-03-10' },
  },
  {
    resourceType: 'Observation',
    id: 'systolic',
    status: 'final',
    code: {
      coding: [{ system: loinc, code: '8480-6', display: 'Systolic pressure' }, { code: 'local' }],
      text: 'Presión sistólica',
    },
    subject: { reference: 'Patient/ana' },
    encounter: { reference: 'Encounter/stay' },
    performer: [{ reference: 'Practitioner/doc' }],
    effectiveDateTime: '2024-03-02T10:30:00Z',
    valueQuantity: { value: 145, unit: 'mm Hg', system: ucum, code: 'mm[Hg]' },
  },
  {
    resourceType: 'Observation',
    id: 'glucose',
    status: 'preliminary',
    code: { coding: [{ system: loinc, code: '2339-0' }] },
    subject: { reference: 'Patient/ana' },
    effectiveDateTime: '2024-03',
    valueQuantity: { value: 5.4, unit: 'mmol/L', system: ucum, code: 'mmol/L' },
  },
  {
    resourceType: 'Observation',
    id: 'elsewhere',
    status: 'final',
    code: { coding: [{ system: 'http://local', code: '8480-6' }] },
    subject: { reference: 'http://other.example/fhir/Patient/ana' },
    effectivePeriod: { end: '2023-12-31' },
  },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: { reference: 'Patient/ana' },
    prediction: [{ probabilityDecimal: 0.8 }],
  },
  { resourceType: 'ValueSet', id: 'vs', status: 'active', url: 'http://acme.org/fhir/ValueSet/a' },
] as const

async function seed(storage: Storage): Promise<void> {
  await storage.write(ward.map((resource) => indexed(resource as never)))
}

/** Each clause type against resources whose answer is known. */
export function searchTests(define: Define): void {
  /** Defines one test for searches and the ids that each must find, in any order. */
  const finds = (
    behaviour: string,
    cases: Readonly<Record<string, readonly string[]>>,
    needs?: Parameters<Define>[2],
  ) =>
    define(
      behaviour,
      async (storage) => {
        await seed(storage)
        for (const [url, ids] of Object.entries(cases)) {
          const names = await found(storage, url)
          assert.equal(names.map((name) => name.split('/')[1]).sort(), [...ids].sort(), url)
        }
      },
      needs,
    )

  finds('a search finds the live resources of its type', {
    Patient: ['ana', 'bea', 'carl'],
    Practitioner: ['doc'],
    Group: [],
  })

  finds('a search of several types finds them all, one of the system everything', {
    '?_type=Patient,Practitioner': ['ana', 'bea', 'carl', 'doc'],
    '?_lastUpdated=gt2020': ward.map(({ id }) => id),
  })

  finds('a token matches by code, by system and code, without a system, and by system alone', {
    'Observation?code=8480-6': ['systolic', 'elsewhere'],
    [`Observation?code=${loinc}|8480-6`]: ['systolic'],
    'Observation?code=|8480-6': [],
    'Observation?code=|local': ['systolic'],
    [`Observation?code=${loinc}|`]: ['systolic', 'glucose'],
    [`Observation?code=${loinc}|2339-0,local`]: ['systolic', 'glucose'],
    'Observation?code=8480-6&code=local': ['systolic'],
    'Observation?code=8480': [],
    'Patient?identifier=1': ['ana', 'bea'],
    'Patient?identifier=urn:mrn|1': ['ana'],
    'Patient?identifier=|1': ['bea'],
    'Patient?active=true': ['ana'],
  })

  finds('a token is exact in case', { 'Encounter?class=imp': [], 'Encounter?class=IMP': ['stay'] })

  finds(':not finds what has another value or none', {
    'Patient?gender:not=male': ['ana', 'bea'],
    'Patient?gender:not=male,female': ['bea'],
    [`Observation?code:not=${loinc}|8480-6`]: ['glucose', 'elsewhere'],
  })

  finds(
    ':text looks at the start of the text of a coded value',
    {
      'Observation?code:text=presion': ['systolic'],
      'Observation?code:text=SYSTOLIC': ['systolic'],
      'Observation?code:text=pressure': [],
    },
    ['token-text'],
  )

  finds(
    ':of-type wants the type of an identifier and its value',
    {
      'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|1': ['ana'],
      'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|2': [],
      'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|1': [],
    },
    ['token-of-type'],
  )

  finds('a string matches the start of a value without case and accents', {
    'Patient?family=nunez': ['ana', 'bea'],
    'Patient?family=NÚÑEZ': ['ana', 'bea'],
    'Patient?family=nunezo': ['bea'],
    'Patient?family=unez': [],
    'Patient?given=maria': ['ana'],
    'Patient?family=nunez,o': ['ana', 'bea', 'carl'],
    'Patient?family=nunez&family=smith': ['bea'],
    'Patient?family=%25': [],
    'Patient?family=_unez': [],
  })

  finds(
    ':exact wants case and accents too',
    {
      'Patient?family:exact=Núñez': ['ana'],
      'Patient?family:exact=Nunez': [],
      'Patient?family:exact=Núñ': [],
    },
    ['string-exact'],
  )

  finds(
    ':contains looks anywhere',
    {
      'Patient?family:contains=ÑEZ': ['ana', 'bea'],
      'Patient?family:contains=ovi': ['bea'],
      'Patient?family:contains=%25': [],
    },
    ['string-contains'],
  )

  finds('a reference matches by type and id, by id alone, and by URL', {
    'Observation?subject=Patient/ana': ['systolic', 'glucose'],
    'Observation?subject=ana': ['systolic', 'glucose'],
    'Observation?subject:Patient=ana': ['systolic', 'glucose'],
    'Observation?subject=Group/ana': [],
    'Observation?subject=http://localhost/fhir/Patient/ana': ['systolic', 'glucose'],
    'Observation?subject=http://other.example/fhir/Patient/ana': ['elsewhere'],
    'Observation?patient=ana&encounter=stay': ['systolic'],
    'Observation?subject=Patient/an': [],
  })

  finds(
    ':identifier looks at the identifier inside a reference',
    {
      'Patient?organization:identifier=urn:org|9': ['bea'],
      'Patient?organization:identifier=9': ['bea'],
      'Patient?organization:identifier=urn:other|9': [],
    },
    ['reference-identifier'],
  )

  finds('a date without a prefix contains the range of the value', {
    'Patient?birthdate=1970-02-14': ['ana'],
    'Patient?birthdate=1970-02': ['ana'],
    'Patient?birthdate=1970': ['ana', 'bea'],
    'Observation?date=2024-03': ['systolic', 'glucose'],
    'Observation?date=2024-03-02': ['systolic'],
    'Encounter?date=2024-03': ['stay'],
    'Encounter?date=2024': ['stay'],
    'Patient?birthdate=1970-02-14,1970-02-15': ['ana'],
  })

  finds('date prefixes compare ranges, open periods included', {
    'Patient?birthdate=ne1970-02-14': ['bea'],
    'Patient?birthdate=gt1980,1970': ['ana', 'bea'],
    'Patient?birthdate=gt1970-02-14': ['bea'],
    'Patient?birthdate=lt1970-02-14': ['bea'],
    'Patient?birthdate=ge1970-02-14': ['ana', 'bea'],
    'Patient?birthdate=ge1971': [],
    'Patient?birthdate=le1970': ['ana', 'bea'],
    'Patient?birthdate=sa1970-02-13': ['ana'],
    'Patient?birthdate=eb1970-02-15': ['ana'],
    'Encounter?date=gt2030': ['open'],
    'Encounter?date=sa2024-03-05': ['open'],
    'Encounter?date=lt2024-03-10': ['stay'],
    'Encounter?date=ap2024-03-02': ['stay', 'open'],
    'Observation?date=eb2024': ['elsewhere'],
    'Observation?date=lt1900': ['elsewhere'],
    'Observation?date=ge2024-03-02&date=le2024-03-02': ['systolic', 'glucose'],
  })

  finds(
    'a number matches within its implicit precision, its prefixes exactly',
    {
      'RiskAssessment?probability=0.8': ['risk'],
      'RiskAssessment?probability=0.80': ['risk'],
      'RiskAssessment?probability=1': ['risk'],
      'RiskAssessment?probability=0.85': [],
      'RiskAssessment?probability=ge0.8': ['risk'],
      'RiskAssessment?probability=gt0.8': [],
      'RiskAssessment?probability=lt0.81': ['risk'],
      'RiskAssessment?probability=ap0.75': ['risk'],
      'RiskAssessment?probability=ne0.8': [],
    },
    ['number'],
  )

  finds(
    'a quantity matches by value, unit, and system and code',
    {
      'Observation?value-quantity=145': ['systolic'],
      'Observation?value-quantity=145||mm[Hg]': ['systolic'],
      'Observation?value-quantity=145||mm Hg': ['systolic'],
      [`Observation?value-quantity=145|${ucum}|mm[Hg]`]: ['systolic'],
      [`Observation?value-quantity=145|${ucum}|mg`]: [],
      'Observation?value-quantity=145|http://other|mm[Hg]': [],
      'Observation?value-quantity=gt5||mmol/L': ['glucose'],
      'Observation?value-quantity=gt5': ['systolic', 'glucose'],
      'Observation?value-quantity=le5.4': ['glucose'],
      'Observation?value-quantity=5': ['glucose'],
      'Observation?value-quantity=5.40': ['glucose'],
      'Observation?value-quantity=5.41': [],
    },
    ['quantity'],
  )

  finds(
    'a uri is equal, in every character',
    {
      'ValueSet?url=http://acme.org/fhir/ValueSet/a': ['vs'],
      'ValueSet?url=http://acme.org/fhir/ValueSet': [],
      'ValueSet?url=HTTP://acme.org/fhir/ValueSet/a': [],
    },
    ['uri'],
  )

  finds(
    ':below and :above go by segments of a path',
    {
      'ValueSet?url:below=http://acme.org/fhir': ['vs'],
      'ValueSet?url:below=http://acme.org/fhi': [],
      'ValueSet?url:above=http://acme.org/fhir/ValueSet/a/b': ['vs'],
      'ValueSet?url:above=http://acme.org/fhir/ValueSet/ab': [],
    },
    ['uri', 'uri-hierarchy'],
  )

  finds(
    'the components of a composite hold in one element',
    {
      [`Observation?code-value-quantity=${loinc}|8480-6$gt140`]: ['systolic'],
      [`Observation?code-value-quantity=${loinc}|8480-6$lt140`]: [],
      [`Observation?code-value-quantity=${loinc}|2339-0$gt140`]: [],
      'Observation?code-value-quantity=8480-6$145,2339-0$5.4||mmol/L': ['systolic', 'glucose'],
    },
    ['composite'],
  )

  finds(':missing finds what has no value, or any', {
    'Patient?gender:missing=true': ['bea'],
    'Patient?gender:missing=false': ['ana', 'carl'],
    'Patient?birthdate:missing=true': ['carl'],
    'Observation?encounter:missing=false': ['systolic'],
    'Patient?organization:missing=true': ['carl'],
    'Observation?subject:missing=false': ['systolic', 'glucose', 'elsewhere'],
    'Patient?given:missing=true': ['bea', 'carl'],
  })

  finds('_id finds by id, whatever else is asked', {
    'Patient?_id=ana,carl,doc': ['ana', 'carl'],
    'Patient?_id=ana&gender=male': [],
    'Patient?_id=carl&gender=male': ['carl'],
  })

  finds('a patient compartment holds the patient and what belongs to it', {
    'Patient/ana/Observation': ['systolic', 'glucose'],
    'Patient/ana/Observation?code=2339-0': ['glucose'],
    'Patient/ana/Patient': ['ana'],
    'Patient/ana/': ['ana', 'stay', 'systolic', 'glucose', 'risk'],
    'Patient/nobody/Observation': [],
  })

  finds(
    'the other compartments hold what their definitions say',
    {
      'Encounter/stay/Observation': ['systolic'],
      'Encounter/stay/Encounter': ['stay'],
      'Practitioner/doc/Observation': ['systolic'],
      'Practitioner/ana/Observation': [],
    },
    ['compartments'],
  )

  finds(
    'a chain asks of what a reference leads to',
    {
      'Observation?subject:Patient.name=ana': ['systolic', 'glucose'],
      'Observation?patient.gender=male': [],
      'Observation?patient.organization.name=clinica': ['systolic', 'glucose'],
      'Patient?organization.partof.name=grupo': ['ana'],
      'Patient?organization:Organization._id=clinic': ['ana'],
      'Observation?encounter.class=IMP&patient.birthdate=1970': ['systolic'],
      'Patient?organization.name:exact=Clínica del Sur': ['ana'],
    },
    ['chain'],
  )

  finds(
    '_has asks of what refers here',
    {
      'Patient?_has:Observation:patient:code=8480-6': ['ana'],
      'Patient?_has:Observation:subject:code=8480-6': ['ana'],
      'Patient?_has:Observation:patient:status=cancelled': [],
      'Practitioner?_has:Observation:performer:code=8480-6': ['doc'],
      'Patient?_has:Encounter:patient:_id=open': ['bea'],
      'Organization?_has:Patient:organization:_has:Observation:patient:code=2339-0': ['clinic'],
    },
    ['has'],
  )

  define(
    'chains and _has pass over what is deleted',
    async (storage) => {
      await seed(storage)
      await storage.write([
        remove({ type: 'Patient', id: 'ana' }),
        remove({ type: 'Observation', id: 'systolic' }),
      ])
      assert.equal(await found(storage, 'Encounter?patient.gender=female'), [])
      assert.equal(await found(storage, 'Practitioner?_has:Observation:performer:code=8480-6'), [])
    },
    ['chain', 'has'],
  )

  define(
    'and, or and not combine clauses, and nothing matches nothing',
    async (storage) => {
      await seed(storage)
      const [male] = queryOf('Patient?gender=male').where
      const [nunez] = queryOf('Patient?family=nunez').where
      const [year] = queryOf('Patient?birthdate=1970-02-14').where
      assert.ok(male && nunez && year)
      const ids = async (...where: Clause[]) => {
        const page = await storage.search(queryOf('Patient', { where }))
        return page.matches.map(({ id }) => id).sort()
      }
      assert.equal(await ids({ kind: 'or', clauses: [male, nunez] }), ['ana', 'bea', 'carl'])
      assert.equal(await ids({ kind: 'and', clauses: [nunez, year] }), ['ana'])
      assert.equal(await ids({ kind: 'not', clauses: [nunez] }), ['carl'])
      assert.equal(await ids({ kind: 'not', clauses: [nunez, year] }), ['bea', 'carl'])
      assert.equal(
        await ids({
          kind: 'or',
          clauses: [{ kind: 'and', clauses: [nunez, { kind: 'not', clauses: [year] }] }, male],
        }),
        ['bea', 'carl'],
      )
      assert.equal(await ids({ kind: 'or', clauses: [] }), [])
      assert.equal(await ids({ kind: 'and', clauses: [] }), ['ana', 'bea', 'carl'])
    },
    ['group'],
  )

  define('nothing matches nothing', async (storage) => {
    await seed(storage)
    const page = await storage.search(queryOf('Patient', { where: [{ kind: 'nothing' }], total: 'accurate' }))
    assert.equal(page.matches, [])
    assert.is(page.total, 0)
    assert.is(page.next, undefined)
  })

  define('_lastUpdated goes by the instant of the current version', async (storage) => {
    const [first] = await storage.write([indexed({ resourceType: 'Patient', id: 'a' })])
    await new Promise((resolve) => setTimeout(resolve, 5))
    const [second] = await storage.write([indexed({ resourceType: 'Patient', id: 'b' })])
    assert.ok(first && second)
    const at = (seq: bigint) => new Date(Number(seq >> 20n)).toISOString()
    assert.equal(await found(storage, `Patient?_lastUpdated=${at(first.seq)}`), ['Patient/a'])
    assert.equal(await found(storage, `Patient?_lastUpdated=gt${at(first.seq)}`), ['Patient/b'])
    assert.equal(await found(storage, `Patient?_lastUpdated=ge${at(first.seq)}`), ['Patient/a', 'Patient/b'])
    assert.equal(await found(storage, `Patient?_lastUpdated=lt${at(second.seq)}`), ['Patient/a'])
    await storage.write([indexed({ resourceType: 'Patient', id: 'a' }, { kind: 'update' })])
    assert.equal(await found(storage, `Patient?_lastUpdated=le${at(first.seq)}`), [])
  })

  define('a search follows updates and deletes', async (storage) => {
    await seed(storage)
    await storage.write([
      indexed({ resourceType: 'Patient', id: 'ana', gender: 'male' }, { kind: 'update' }),
      remove({ type: 'Patient', id: 'carl' }),
    ])
    assert.equal(await found(storage, 'Patient?gender=female'), [])
    assert.equal(await found(storage, 'Patient?gender=male'), ['Patient/ana'])
    assert.equal(await found(storage, 'Patient?family=nunez'), ['Patient/bea'])
    assert.equal(await found(storage, 'Patient?birthdate=1970-02-14'), [])
    assert.equal(await found(storage, 'Patient'), ['Patient/bea', 'Patient/ana'])
  })

  define('what a search returns is what read returns', async (storage) => {
    await seed(storage)
    const { matches } = await storage.search(queryOf('Observation'))
    assert.equal(matches, await storage.read(matches))
  })

  define('stream gives every match by ascending seq, whatever count, sort and page say', async (storage) => {
    await seed(storage)
    await storage.write([indexed({ ...ward[0], active: false } as never, { kind: 'update' })])
    const query = queryOf('Patient?_sort=-birthdate&_count=1', {
      page: { values: [null], seq: '0', direction: 'next' },
    })
    const rows = []
    for await (const row of storage.stream(query)) rows.push(row)
    assert.equal(rows.map(nameOf), ['Patient/bea', 'Patient/carl', 'Patient/ana'])
    assert.equal(rows, await storage.read(rows))
  })

  define('a stream can be left early', async (storage) => {
    await seed(storage)
    for await (const _ of storage.stream(queryOf('Patient'))) break
    assert.is((await found(storage, 'Patient')).length, 3)
  })
}
