import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import { type Identified, indexed } from './changes.js'
import type { Define } from './context.js'
import { found } from './queries.js'

const loinc = 'http://loinc.org'
const ucum = 'http://unitsofmeasure.org'

const coded = (code: string, system?: string) => ({
  coding: [{ code, ...(system === undefined ? {} : { system }) }],
})
const quantity = (value: number, code = 'mm[Hg]') => ({ value, unit: code, system: ucum, code })
const observation = (id: string, more: object): Identified => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: coded('panel', loinc),
  ...more,
})

const resources: readonly Identified[] = [
  observation('pressure', {
    component: [
      { code: coded('8480-6', loinc), valueQuantity: quantity(120) },
      { code: coded('8462-4', loinc), valueQuantity: quantity(80) },
      { code: coded('position'), valueCodeableConcept: coded('sitting', 'urn:p') },
    ],
  }),
  observation('plain', { code: coded('8480-6', loinc), valueQuantity: quantity(80) }),
  observation('sampled', {
    code: coded('8480-6', loinc),
    valueSampledData: { origin: { value: 80 }, period: 1, dimensions: 1, data: '0' },
  }),
  observation('text', { valueString: 'Núñez said' }),
  observation('concept', { valueCodeableConcept: { ...coded('x', 'urn:v'), text: 'Núñez said' } }),
  observation('dated', { valueDateTime: '2020-02-03' }),
  {
    resourceType: 'ValueSet',
    id: 'vs',
    useContext: [
      {
        code: { system: 'urn:u', code: 'age' },
        valueRange: { low: quantity(18, 'a'), high: quantity(65, 'a') },
      },
      { code: { system: 'urn:u', code: 'focus' }, valueCodeableConcept: coded('flu', 'urn:d') },
    ],
  },
  {
    resourceType: 'DocumentReference',
    id: 'doc',
    relatesTo: [
      { code: 'replaces', target: { reference: 'DocumentReference/a' } },
      { code: 'signs', target: { reference: 'DocumentReference/b' } },
    ],
  },
  {
    resourceType: 'Group',
    id: 'group',
    characteristic: [
      { code: coded('sex'), valueCodeableConcept: coded('female'), exclude: false },
      { code: coded('smoker'), valueBoolean: true, exclude: false },
    ],
  },
  {
    resourceType: 'MolecularSequence',
    id: 'sequence',
    referenceSeq: {
      chromosome: coded('3', 'urn:c'),
      referenceSeqId: coded('NC_3', 'urn:r'),
      windowStart: 100,
      windowEnd: 500,
    },
    variant: [
      { start: 128, end: 129 },
      { start: 300, end: 310 },
    ],
  },
]

/** https://hl7.org/fhir/R4/search.html#composite: every composite of R4, on the elements that it is about. */
export function compositeTests(define: Define): void {
  const finds = (behaviour: string, cases: Readonly<Record<string, readonly string[]>>) =>
    define(
      behaviour,
      async (storage: Storage) => {
        await storage.write(resources.map((each) => indexed(each)))
        for (const [url, ids] of Object.entries(cases)) {
          const names = await found(storage, url)
          assert.equal(names.map((name) => name.split('/')[1]).sort(), [...ids].sort(), url)
        }
      },
      ['composite', 'quantity', 'number'],
    )

  finds('a composite of components holds within one component', {
    [`Observation?component-code-value-quantity=${loinc}|8480-6$120`]: ['pressure'],
    [`Observation?component-code-value-quantity=${loinc}|8480-6$80`]: [],
    'Observation?component-code-value-quantity=8462-4$lt100||mm[Hg]': ['pressure'],
    'Observation?component-code-value-quantity=8462-4$lt100||kg': [],
    'Observation?component-code-value-quantity=9$1,8480-6$gt100': ['pressure'],
    'Observation?component-code-value-concept=position$urn:p|sitting': ['pressure'],
    'Observation?component-code-value-concept=8480-6$sitting': [],
  })

  finds('a composite of the resource and its components holds within one of them', {
    'Observation?combo-code-value-quantity=8480-6$120': ['pressure'],
    'Observation?combo-code-value-quantity=8480-6$80': ['plain'],
    'Observation?combo-code-value-quantity=8480-6$le120': ['pressure', 'plain'],
    'Observation?combo-code-value-concept=position$sitting': ['pressure'],
    'Observation?combo-code-value-concept=panel$urn:v|x': ['concept'],
    'Observation?combo-code-value-concept=panel$sitting': [],
    'Observation?combo-code-value-quantity:missing=false': ['pressure', 'plain'],
  })

  finds('a composite of the whole resource takes values of its own type only', {
    'Observation?code-value-quantity=8480-6$80': ['plain'],
    'Observation?code-value-quantity:missing=false': ['plain'],
    'Observation?code-value-string=panel$nunez': ['text'],
    'Observation?value-string=nunez': ['text', 'concept'],
    'Observation?code-value-concept=panel$x': ['concept'],
    'Observation?code-value-date=panel$2020-02,other$2021': ['dated'],
    'Observation?code-value-date=panel$gt2020-03': [],
  })

  finds('a composite takes tokens, references, numbers, ranges and more than two components', {
    'ValueSet?context-type-quantity=urn:u|age$gt60': ['vs'],
    'ValueSet?context-type-quantity=focus$gt60': [],
    [`ValueSet?context-type-quantity=age$le20|${ucum}|a`]: ['vs'],
    [`ValueSet?context-type-quantity=age$le20|${ucum}|mo`]: [],
    'ValueSet?context-type-value=focus$urn:d|flu': ['vs'],
    'ValueSet?context-type-value=age$flu': [],
    'DocumentReference?relationship=replaces$DocumentReference/a': ['doc'],
    'DocumentReference?relationship=replaces$DocumentReference/b': [],
    'DocumentReference?relationship=signs$b': ['doc'],
    'Group?characteristic-value=sex$female': ['group'],
    'Group?characteristic-value=smoker$true': ['group'],
    'Group?characteristic-value=sex$true': [],
    'MolecularSequence?chromosome-variant-coordinate=urn:c|3$ge120$le130': ['sequence'],
    'MolecularSequence?chromosome-variant-coordinate=3$128$310': [],
    'MolecularSequence?chromosome-window-coordinate=3$100$500': ['sequence'],
    'MolecularSequence?referenceseqid-variant-coordinate=NC_3$300$310': ['sequence'],
    'MolecularSequence?referenceseqid-window-coordinate=NC_3$gt100$500': [],
  })
}
