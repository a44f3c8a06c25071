import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import { indexed, nameOf } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { found, namesOf, pagesBack, pagesForward, queryOf } from './queries.js'

const div = (text: string) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`,
})
const medication = (id: string, code: string) => ({
  resourceType: 'Medication',
  id,
  code: { coding: [{ code }] },
})
const request = (id: string, ...contained: readonly object[]) => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ana' },
  medicationReference: { reference: '#m1' },
  contained,
})
const response = (id: string, questionnaire: string) => ({
  resourceType: 'QuestionnaireResponse',
  id,
  status: 'completed',
  questionnaire,
})
const place = (id: string, latitude: number, longitude: number) => ({
  resourceType: 'Location',
  id,
  position: { latitude, longitude },
})

const library = [
  {
    resourceType: 'Patient',
    id: 'ana',
    text: div('<b>Bone</b> m&#233;tastases, no liver'),
    name: [{ family: 'Ab' }],
  },
  { resourceType: 'Patient', id: 'bea', text: div('Liver metastases'), name: [{ family: 'Abab' }] },
  { resourceType: 'Patient', id: 'carl' },
  {
    resourceType: 'List',
    id: 'ward',
    status: 'current',
    mode: 'working',
    entry: [{ item: { reference: 'Patient/ana' } }, { item: { reference: 'Location/sagrada' } }],
  },
  place('sagrada', 41.4036, 2.1744),
  place('montjuic', 41.3641, 2.152),
  place('fiji', -17, 179.9),
  { resourceType: 'Location', id: 'nowhere' },
  response('v1', 'http://acme.org/q|1'),
  response('v12', 'http://acme.org/q|1.2'),
  response('v123', 'http://acme.org/q|1.2.3'),
  response('v10', 'http://acme.org/q|10'),
  response('none', 'http://acme.org/q'),
  response('other', 'http://acme.org/other|1.2'),
  request('two', medication('m1', 'aspirin'), medication('m2', 'aspirin'), medication('m3', 'iron')),
  medication('own', 'aspirin'),
  request('one', medication('m1', 'aspirin')),
]

/** What the query language says beyond plain parameters, against resources whose answer is known. */
export function languageTests(define: Define): void {
  const seed = (storage: Storage) => storage.write(library.map((resource) => indexed(resource as never)))
  const finds = (
    behaviour: string,
    cases: Readonly<Record<string, readonly string[]>>,
    needs: readonly StorageFeature[],
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

  finds(
    '_text finds whole words of narratives',
    {
      'Patient?_text=bone': ['ana'],
      'Patient?_text=MÉTASTASES': ['ana', 'bea'],
      'Patient?_text=metastas': [],
      'Patient?_text=(bone OR liver) and metastases': ['ana', 'bea'],
      'Patient?_text=metastases not bone': ['bea'],
      'Patient?_text=not metastases': ['carl'],
      'Patient?_text=div': [],
    },
    ['words', 'group'],
  )

  finds(
    '_list finds the members of a list',
    { 'Patient?_list=ward': ['ana'], 'Location?_list=ward': ['sagrada'], 'Patient?_list=other': [] },
    ['has'],
  )

  finds(
    'near finds positions within a distance on the great circle',
    {
      // 4.77 km apart.
      'Location?near=41.4036|2.1744|4.7|km': ['sagrada'],
      'Location?near=41.4036|2.1744|4.9|km': ['sagrada', 'montjuic'],
      'Location?near=41.4036|2.1744|2.9|[mi_i]': ['sagrada'],
      'Location?near=41.4036|2.1744|3|[mi_i]': ['sagrada', 'montjuic'],
      'Location?near=41.4036|2.1744|0|m': ['sagrada'],
      'Location?near=41.3|2.1': ['sagrada', 'montjuic'],
      'Location?near=41.3641|2.152|1,-17|-179.9|30': ['montjuic', 'fiji'],
      'Location?near=0|0|20016|km': ['sagrada', 'montjuic', 'fiji'],
    },
    ['near'],
  )

  finds(
    ':below and :above of canonical references go by the parts of versions',
    {
      'QuestionnaireResponse?questionnaire=http://acme.org/q': ['v1', 'v12', 'v123', 'v10', 'none'],
      'QuestionnaireResponse?questionnaire=http://acme.org/q|1.2': ['v12'],
      'QuestionnaireResponse?questionnaire:below=http://acme.org/q|1': ['v1', 'v12', 'v123'],
      'QuestionnaireResponse?questionnaire:below=http://acme.org/q|1.2': ['v12', 'v123'],
      'QuestionnaireResponse?questionnaire:below=http://acme.org/q': ['v1', 'v12', 'v123', 'v10', 'none'],
      'QuestionnaireResponse?questionnaire:above=http://acme.org/q|1.2': ['v1', 'v12', 'none'],
      'QuestionnaireResponse?questionnaire:above=http://acme.org/q': ['none'],
    },
    ['canonical-version'],
  )

  finds(
    '_filter finds strings that are equal and that end, normalised',
    {
      'Patient?_filter=family eq "AB"': ['ana'],
      'Patient?_filter=family ew "áb"': ['ana', 'bea'],
      'Patient?_filter=family ew "bab"': ['bea'],
      'Patient?_filter=family ne "ab"': ['bea'],
      'Patient?_filter=family eq ab or family eq abab and _id eq bea': ['bea'],
    },
    ['string-equals', 'group'],
  )

  const contained = async (storage: Storage, url: string) =>
    (await storage.search(queryOf(url))).matches.map((row) =>
      row.contained === undefined ? nameOf(row) : `${nameOf(row)}#${row.contained}`,
    )

  define(
    '_contained finds containers, or what they contain, by the seq of the containers',
    async (storage) => {
      await seed(storage)
      const of = (query: string) => contained(storage, `Medication?code=aspirin&${query}`)
      assert.equal(await of('_contained=false'), ['Medication/own'])
      assert.equal(await of('_contained=true'), ['MedicationRequest/two', 'MedicationRequest/one'])
      assert.equal(await of('_contained=both'), [
        'MedicationRequest/two',
        'Medication/own',
        'MedicationRequest/one',
      ])
      assert.equal(await of('_contained=true&_containedType=contained'), [
        'MedicationRequest/two#m1',
        'MedicationRequest/two#m2',
        'MedicationRequest/one#m1',
      ])
      assert.equal(await of('_contained=both&_containedType=contained&_sort=-_lastUpdated'), [
        'MedicationRequest/one#m1',
        'Medication/own',
        'MedicationRequest/two#m1',
        'MedicationRequest/two#m2',
      ])
      assert.equal(await of('_contained=true&_id=m1'), [], 'a contained resource has no id here')
      assert.equal(await contained(storage, 'Medication?code:not=aspirin&_contained=true'), [
        'MedicationRequest/two',
      ])
      const { matches } = await storage.search(
        queryOf('Medication?code=iron&_contained=true&_containedType=contained'),
      )
      assert.equal(JSON.parse(matches[0]?.content ?? ''), medication('m3', 'iron'))
    },
    ['contained'],
  )

  define(
    'pages of contained resources never end inside a container, and join to the whole',
    async (storage) => {
      await seed(storage)
      const query = queryOf(
        'Medication?code=aspirin&_contained=both&_containedType=contained&_total=accurate',
        {
          count: 1,
        },
      )
      const pages = await pagesForward(storage, query)
      assert.equal(pages.map(namesOf), [
        ['MedicationRequest/two', 'MedicationRequest/two'],
        ['Medication/own'],
        ['MedicationRequest/one'],
      ])
      assert.is(pages[0]?.total, 4)
      const back = await pagesBack(storage, query, pages.at(-1) ?? {})
      assert.equal(back.map(namesOf).reverse(), pages.slice(0, -1).map(namesOf))
    },
    ['contained'],
  )

  define(
    'contained resources are seen by whoever may see their container',
    async (storage) => {
      await seed(storage)
      const query = queryOf('Medication?code=aspirin&_contained=both')
      const compartment = { kind: 'compartment', compartment: 'Patient', ids: ['ana'] } as const
      assert.equal(namesOf(await storage.search({ ...query, access: [compartment] })), [
        'MedicationRequest/two',
        'MedicationRequest/one',
      ])
      assert.equal(
        namesOf(await storage.search({ ...query, access: [{ ...compartment, ids: ['bea'] }] })),
        [],
      )
    },
    ['contained'],
  )
}
