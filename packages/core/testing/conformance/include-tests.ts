import * as assert from 'uvu/assert'
import type { Storage } from '../../src/storage/storage.js'
import { indexed, nameOf, remove } from './changes.js'
import type { Define } from './context.js'
import { pagesForward, queryOf } from './queries.js'
import { ward } from './search-tests.js'

/** `_include` and `_revinclude`. */
export function includeTests(define: Define): void {
  const seed = (storage: Storage) => storage.write(ward.map((resource) => indexed(resource as never)))

  /** Defines a test for searches and what each must include, in any order. */
  const includes = (
    behaviour: string,
    cases: Readonly<Record<string, readonly string[]>>,
    needs: Parameters<Define>[2],
  ) =>
    define(
      behaviour,
      async (storage) => {
        await seed(storage)
        for (const [url, names] of Object.entries(cases)) {
          const page = await storage.search(queryOf(url))
          assert.equal(page.includes.map(nameOf).sort(), [...names].sort(), url)
          assert.equal(
            page.includes,
            await storage.read(page.includes),
            'what is included is what read returns',
          )
          assert.is.not(page.includesTruncated, true)
        }
      },
      needs,
    )

  includes(
    '_include adds what the matches refer to, each once',
    {
      'Observation?_include=Observation:subject': ['Patient/ana'],
      'Observation?_include=Observation:subject:Patient&_include=Observation:encounter': [
        'Patient/ana',
        'Encounter/stay',
      ],
      'Observation?_include=Observation:subject:Group': [],
      'Observation?code=2339-0&_include=Observation:encounter': [],
      'Observation?_include=Observation:*': ['Patient/ana', 'Encounter/stay', 'Practitioner/doc'],
      'Observation?_include=Encounter:subject': [],
      'Observation?_count=0&_include=Observation:subject': [],
    },
    ['include'],
  )

  includes(
    'a match is not included again',
    {
      'Encounter?_include=Encounter:part-of': [],
      'Encounter?_id=open&_include=Encounter:part-of': ['Encounter/stay'],
      '?_type=Observation,Patient&_include=Observation:subject': [],
    },
    ['include'],
  )

  includes(
    'without :iterate what is included leads no further, with it all the way',
    {
      'Observation?code=2339-0&_include=Observation:subject&_include=Patient:organization': ['Patient/ana'],
      'Observation?code=2339-0&_include=Observation:subject&_include:iterate=Patient:organization': [
        'Patient/ana',
        'Organization/clinic',
      ],
      'Observation?code=2339-0&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof':
        ['Patient/ana', 'Organization/clinic', 'Organization/group'],
      'Patient?_id=ana&_include=Patient:organization&_include:iterate=Organization:partof': [
        'Organization/clinic',
        'Organization/group',
      ],
    },
    ['include', 'iterate'],
  )

  includes(
    '_revinclude adds what refers to the matches',
    {
      'Patient?_id=ana&_revinclude=Observation:subject': ['Observation/systolic', 'Observation/glucose'],
      'Patient?_id=ana&_revinclude=Observation:subject:Patient': [
        'Observation/systolic',
        'Observation/glucose',
      ],
      'Patient?_id=ana&_revinclude=Observation:*': ['Observation/systolic', 'Observation/glucose'],
      'Patient?_id=carl&_revinclude=Observation:subject': [],
      'Organization?_id=clinic&_revinclude=Patient:organization': ['Patient/ana'],
    },
    ['revinclude'],
  )

  includes(
    '_revinclude:iterate goes on from what was included',
    {
      'Organization?_id=group&_revinclude:iterate=Organization:partof&_revinclude:iterate=Patient:organization':
        ['Organization/clinic', 'Patient/ana'],
      'Patient?_id=ana&_revinclude=Encounter:subject&_include:iterate=Observation:performer&_revinclude:iterate=Observation:encounter':
        ['Encounter/stay', 'Observation/systolic', 'Practitioner/doc'],
    },
    ['include', 'revinclude', 'iterate'],
  )

  const library = [
    ...['1', '2'].map((version) => ({
      resourceType: 'Questionnaire',
      id: `intake-${version}`,
      status: 'active',
      url: 'http://acme.org/Questionnaire/intake',
      version,
    })),
    {
      resourceType: 'Questionnaire',
      id: 'other',
      status: 'active',
      url: 'http://acme.org/Questionnaire/other',
    },
    // The same URL on a type that the parameter does not lead to.
    { resourceType: 'ValueSet', id: 'odd', status: 'active', url: 'http://acme.org/Questionnaire/intake' },
    {
      resourceType: 'QuestionnaireResponse',
      id: 'any',
      status: 'completed',
      questionnaire: 'http://acme.org/Questionnaire/intake',
    },
    {
      resourceType: 'QuestionnaireResponse',
      id: 'second',
      status: 'completed',
      questionnaire: 'http://acme.org/Questionnaire/intake|2',
    },
    {
      resourceType: 'QuestionnaireResponse',
      id: 'lost',
      status: 'completed',
      questionnaire: 'http://acme.org/Questionnaire/intake|3',
    },
  ]
  const canonical = (
    behaviour: string,
    cases: Record<string, readonly string[]>,
    needs: Parameters<Define>[2],
  ) =>
    define(
      behaviour,
      async (storage) => {
        await storage.write(library.map((resource) => indexed(resource as never)))
        for (const [url, ids] of Object.entries(cases)) {
          const page = await storage.search(queryOf(url))
          assert.equal(page.includes.map(({ id }) => id).sort(), [...ids].sort(), url)
        }
      },
      needs,
    )
  canonical(
    '_include follows a canonical reference to the version that it names, or to every version',
    {
      'QuestionnaireResponse?_id=any&_include=QuestionnaireResponse:questionnaire': ['intake-1', 'intake-2'],
      'QuestionnaireResponse?_id=second&_include=QuestionnaireResponse:questionnaire': ['intake-2'],
      'QuestionnaireResponse?_id=lost&_include=QuestionnaireResponse:questionnaire': [],
      'QuestionnaireResponse?_id=second&_include=QuestionnaireResponse:questionnaire:Questionnaire': [
        'intake-2',
      ],
    },
    ['include'],
  )
  canonical(
    '_revinclude follows canonical references back from the version that they name',
    {
      'Questionnaire?_id=intake-1&_revinclude=QuestionnaireResponse:questionnaire': ['any'],
      'Questionnaire?_id=intake-2&_revinclude=QuestionnaireResponse:questionnaire': ['any', 'second'],
      'Questionnaire?_id=other&_revinclude=QuestionnaireResponse:questionnaire': [],
      'ValueSet?_id=odd&_revinclude=QuestionnaireResponse:questionnaire': [],
    },
    ['revinclude'],
  )

  define(
    'references that go round in a circle end',
    async (storage) => {
      const organization = (id: string, parent: string) =>
        indexed({ resourceType: 'Organization', id, partOf: { reference: `Organization/${parent}` } })
      await storage.write([
        organization('a', 'b'),
        organization('b', 'c'),
        organization('c', 'a'),
        organization('self', 'self'),
      ])
      const around = await storage.search(queryOf('Organization?_id=a&_include:iterate=Organization:partof'))
      assert.equal(around.includes.map(({ id }) => id).sort(), ['b', 'c'])
      const self = await storage.search(queryOf('Organization?_id=self&_include:iterate=Organization:partof'))
      assert.equal(self.includes, [])
    },
    ['include', 'iterate'],
  )

  define(
    'what is deleted is not included',
    async (storage) => {
      await seed(storage)
      await storage.write([remove({ type: 'Patient', id: 'ana' })])
      assert.equal((await storage.search(queryOf('Observation?_include=Observation:subject'))).includes, [])
    },
    ['include'],
  )

  define(
    'each page includes what its own matches lead to',
    async (storage) => {
      await seed(storage)
      const pages = await pagesForward(
        storage,
        queryOf('Encounter?_count=1&_sort=_id&_include=Encounter:subject'),
      )
      assert.equal(
        pages.map((page) => page.includes.map(nameOf)),
        [['Patient/bea'], ['Patient/ana']],
      )
    },
    ['include'],
  )
}
