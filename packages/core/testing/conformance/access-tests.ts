import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import { withAccess } from '../../src/search/access.js'
import { matchesAll } from '../../src/search/match.js'
import type { Clause, SearchQuery } from '../../src/search/query.js'
import type { SearchPage, Storage } from '../../src/storage/storage.js'
import { type Identified, indexed, nameOf, remove } from './changes.js'
import type { Define, StorageFeature } from './context.js'
import { Oracle } from './oracle.js'
import { found, namesOf, queryOf } from './queries.js'
import { searches, urlOf } from './query-arbitraries.js'
import { resources } from './resource-arbitraries.js'

const shared = ['Practitioner', 'Organization', 'ValueSet']
const compartmentOf = (...ids: readonly string[]): Clause => ({
  kind: 'compartment',
  compartment: 'Patient',
  ids,
})
const ofTypes = (...types: readonly string[]): Clause => ({ kind: 'type', types })
const parameter = (type: string, code: string) => {
  const param = r4.searchParameters(type).get(code)
  if (!param) throw new Error(`no search parameter ${type}.${code}`)
  return param
}

/** What a patient may see: its own compartment, and what belongs to nobody. */
const patientRules = (id: string): Clause[] => [
  { kind: 'or', clauses: [compartmentOf(id), ofTypes(...shared)] },
]

/** Ana's data and the same of Bea, whom a reader of Ana's may not see; they meet in Encounter, link and doctor. */
const hospital = [
  { resourceType: 'Organization', id: 'clinic', name: 'South' },
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Who' }] },
  {
    resourceType: 'Patient',
    id: 'ana',
    name: [{ family: 'Adams' }],
    gender: 'female',
    managingOrganization: { reference: 'Organization/clinic' },
  },
  {
    resourceType: 'Patient',
    id: 'bea',
    name: [{ family: 'Baker' }],
    gender: 'female',
    managingOrganization: { reference: 'Organization/clinic' },
    generalPractitioner: [{ reference: 'Practitioner/doc' }],
  },
  {
    resourceType: 'Encounter',
    id: 'hers',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/ana' },
  },
  {
    resourceType: 'Encounter',
    id: 'others',
    status: 'finished',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/bea' },
    partOf: { reference: 'Encounter/hers' },
  },
  {
    resourceType: 'Observation',
    id: 'seen',
    status: 'final',
    code: { text: 'a' },
    subject: { reference: 'Patient/ana' },
    encounter: { reference: 'Encounter/others' },
    performer: [{ reference: 'Practitioner/doc' }],
  },
  {
    resourceType: 'Observation',
    id: 'hidden',
    status: 'preliminary',
    code: { text: 'b' },
    subject: { reference: 'Patient/bea' },
    encounter: { reference: 'Encounter/hers' },
    performer: [{ reference: 'Practitioner/doc' }],
  },
] as const

/** `access` of a query: what it hides comes out by no way, and has no influence. */
export function accessTests(define: Define, without: readonly StorageFeature[], runs: number): void {
  const access = patientRules('ana')
  const seed = (storage: Storage) => storage.write(hospital.map((resource) => indexed(resource as never)))

  /** Defines a test for searches and what each must find and include for a reader of Ana's data. */
  const sees = (
    behaviour: string,
    cases: Readonly<
      Record<string, { readonly finds: readonly string[]; readonly includes?: readonly string[] }>
    >,
    needs?: Parameters<Define>[2],
  ) =>
    define(
      behaviour,
      async (storage) => {
        await seed(storage)
        for (const [url, { finds, includes = [] }] of Object.entries(cases)) {
          const query = queryOf(`${url}${url.includes('?') ? '&' : '?'}_total=accurate`, { access })
          const page = await storage.search(query)
          assert.equal(namesOf(page).sort(), [...finds].sort(), url)
          assert.equal(page.includes.map(nameOf).sort(), [...includes].sort(), `includes of ${url}`)
          if (query.count > 0) assert.is(page.total, finds.length, `total of ${url}`)
          const streamed: string[] = []
          for await (const row of storage.stream(query)) streamed.push(nameOf(row))
          assert.equal(streamed.sort(), [...finds].sort(), `stream of ${url}`)
          const [matched = []] = await storage.match([query])
          assert.is(matched.length, Math.min(2, finds.length), `match of ${url}`)
          assert.ok(
            matched.every((key) => finds.includes(nameOf(key))),
            `match of ${url}`,
          )
        }
      },
      needs,
    )

  sees('access rules hold for matches, counts and streams', {
    Patient: { finds: ['Patient/ana'] },
    'Patient?gender=female': { finds: ['Patient/ana'] },
    'Patient?_id=bea': { finds: [] },
    'Patient/bea/Observation': { finds: [] },
    'Observation?status=preliminary': { finds: [] },
    '?_type=Observation,Encounter,Organization': {
      finds: ['Observation/seen', 'Encounter/hers', 'Organization/clinic'],
    },
  })
  define('a count counts nothing hidden', async (storage) => {
    await seed(storage)
    const page = await storage.search(queryOf('Patient?_summary=count', { access, count: 0 }))
    assert.is(page.total, 1)
  })
  sees(
    'a chain does not look through what is hidden',
    {
      'Observation?subject:Patient.name=adams': { finds: ['Observation/seen'] },
      'Observation?encounter.class=IMP': { finds: [] },
      'Observation?encounter.subject:Patient.name=baker': { finds: [] },
      'Encounter?part-of.class=AMB': { finds: [] },
    },
    ['chain'],
  )
  sees(
    '_has does not look through what is hidden',
    {
      'Organization?_has:Patient:organization:name=baker': { finds: [] },
      'Organization?_has:Patient:organization:name=adams': { finds: ['Organization/clinic'] },
      'Encounter?_has:Observation:encounter:status=preliminary': { finds: [] },
      'Practitioner?_has:Patient:general-practitioner:gender=female': { finds: [] },
    },
    ['has'],
  )
  sees(
    'chains and _has inside each other do not look through what is hidden',
    {
      'Organization?_has:Patient:organization:_has:Observation:patient:status=preliminary': { finds: [] },
      'Organization?_has:Patient:organization:_has:Observation:patient:status=final': {
        finds: ['Organization/clinic'],
      },
      'Practitioner?_has:Observation:performer:encounter.class=IMP': { finds: [] },
    },
    ['chain', 'has'],
  )
  sees(
    'nothing hidden is included, and nothing is reached through it',
    {
      'Observation?_include=Observation:subject&_include=Observation:encounter': {
        finds: ['Observation/seen'],
        includes: ['Patient/ana'],
      },
      'Observation?_include=Observation:encounter&_include:iterate=Encounter:subject': {
        finds: ['Observation/seen'],
      },
      'Patient?_include=Patient:organization': { finds: ['Patient/ana'], includes: ['Organization/clinic'] },
    },
    ['include'],
  )
  sees(
    'nothing hidden is included for referring to a match, and nothing is reached through it',
    {
      'Encounter?_revinclude=Observation:encounter&_revinclude=Encounter:part-of': {
        finds: ['Encounter/hers'],
      },
      'Practitioner?_revinclude=Observation:performer': {
        finds: ['Practitioner/doc'],
        includes: ['Observation/seen'],
      },
      'Organization?_revinclude=Patient:organization&_revinclude:iterate=Encounter:subject': {
        finds: ['Organization/clinic'],
        includes: ['Patient/ana', 'Encounter/hers'],
      },
    },
    ['revinclude', 'iterate'],
  )
  define(
    'access rules may themselves look at other resources',
    async (storage) => {
      await seed(storage)
      const ofDoctor: Clause = {
        kind: 'chain',
        param: parameter('Observation', 'patient'),
        targets: [
          {
            type: 'Patient',
            where: [
              {
                kind: 'reference',
                param: parameter('Patient', 'general-practitioner'),
                values: [{ type: 'Practitioner', id: 'doc' }],
              },
            ],
          },
        ],
      }
      const rules: Clause[] = [
        { kind: 'or', clauses: [{ kind: 'and', clauses: [ofTypes('Observation'), ofDoctor] }] },
      ]
      const page = await storage.search(queryOf('Observation', { access: rules }))
      assert.equal(namesOf(page), ['Observation/hidden'])
      const keys = ['seen', 'hidden'].map((id) => ({ type: 'Observation', id }))
      assert.equal(
        (await storage.read(keys, rules)).map((each) => each?.id),
        [undefined, 'hidden'],
      )
    },
    ['chain', 'group'],
  )
  define('without rules nothing is hidden', async (storage) => {
    await seed(storage)
    assert.equal(await found(storage, 'Patient'), ['Patient/ana', 'Patient/bea'])
  })

  const asked = searches(without)
  define(
    'hidden data comes out of no random search, and no answer changes with it',
    async (storage) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(resources, { minLength: 8, maxLength: 24 }),
          fc.array(resources, { maxLength: 12 }),
          policies,
          fc.array(asked, { minLength: 6, maxLength: 6 }),
          async (first, replacements, rules, all) => {
            const oracle = new Oracle()
            const write = async (changes: Parameters<Storage['write']>[0]) =>
              oracle.wrote(changes, await storage.write(changes))
            await storage.clear()
            await write(first.map((resource) => indexed(resource, { kind: 'update' })))
            const urls = all.map((each) => `${urlOf(each)}${includesOf(without)}`)
            const queries = urls.map((url) => queryOf(url, { access: rules, count: 1000 }))
            const before = await answers(storage, queries)
            for (const [index, query] of queries.entries()) {
              assert.equal(before[index]?.matches, oracle.search(withAccess(query)), urls[index])
              for (const name of before[index]?.includes ?? [])
                assert.ok(oracle.sees(rules, name), `${name} of ${urls[index]} is hidden`)
            }
            await write(hiddenChanges(oracle, rules, first, replacements))
            assert.equal(await answers(storage, queries), before, urls.join('\n'))
          },
        ),
        { numRuns: runs, endOnFailure: true },
      )
    },
    ['group'],
  )
}

/** What may tell anything: names, their order and the total. Page keys hold the order's values only. */
async function answers(storage: Storage, queries: readonly SearchQuery[]) {
  const pages: SearchPage[] = []
  for (const query of queries) pages.push(await storage.search(query))
  return pages.map((page) => ({
    matches: namesOf(page),
    includes: page.includes.map(nameOf).sort(),
    total: page.total,
  }))
}

/** Deletes half of what is hidden, and writes what stays hidden. */
function hiddenChanges(
  oracle: Oracle,
  rules: readonly Clause[],
  written: readonly Identified[],
  replacements: readonly Identified[],
) {
  const hidden = [
    ...new Map(written.map((each) => [`${each.resourceType}/${each.id}`, each])).values(),
  ].filter(({ resourceType, id }) => !oracle.sees(rules, `${resourceType}/${id}`))
  const removed = hidden
    .filter((_, index) => index % 2 === 0)
    .map(({ resourceType, id }) => remove({ type: resourceType, id }))
  const taken = new Set(removed.map(nameOf))
  const added = replacements
    .map((resource) => indexed(resource, { kind: 'update' }))
    .filter((change) => {
      const isNew = !taken.has(nameOf(change))
      taken.add(nameOf(change))
      const { type, id, patients, values } = change
      const staysHidden = !matchesAll(rules, { type, id, patients, values, seq: 0n }, oracle)
      return isNew && staysHidden && !oracle.sees(rules, nameOf(change))
    })
  return [...removed, ...added]
}

const policies: fc.Arbitrary<Clause[]> = fc.oneof(
  fc.constantFrom('p0', 'p1').map(patientRules),
  fc.subarray(['p0', 'p1', 'p2'], { minLength: 1 }).map((ids) => [compartmentOf(...ids)]),
  fc.subarray(['Patient', 'Observation', 'Encounter', 'Organization']).map((types) => [ofTypes(...types)]),
  fc.constant<Clause[]>([
    {
      kind: 'or',
      clauses: [
        {
          kind: 'and',
          clauses: [
            ofTypes('Observation'),
            { kind: 'token', param: parameter('Observation', 'status'), values: [{ code: 'final' }] },
          ],
        },
        ofTypes('Patient', 'Organization', 'Encounter'),
      ],
    },
  ]),
  fc.constant<Clause[]>([{ kind: 'nothing' }]),
)

function includesOf(without: readonly StorageFeature[]): string {
  return [
    without.includes('include') ? '' : '&_include=Observation:subject&_include=Encounter:part-of',
    without.includes('revinclude') ? '' : '&_revinclude=Observation:encounter',
    without.includes('iterate') ? '' : '&_revinclude:iterate=Observation:subject',
  ].join('')
}
