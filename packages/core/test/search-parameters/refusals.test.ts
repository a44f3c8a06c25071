import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TestServer } from '../../testing/test-server.js'
import { testServer } from '../support/server.js'
import { fast, nickname } from './support.js'

interface Context {
  server: TestServer
}

const test = suite<Context>('SearchParameters that cannot be used')

test.before.each(async (context) => {
  context.server = await testServer([], { indexing: fast })
})
test.after.each(({ server }) => server.stop())

const cases: [string, object, string, RegExp][] = [
  [
    'a code that R4 has on the type',
    { code: 'birthdate' },
    'code',
    /R4 has a search parameter 'birthdate' on Patient/,
  ],
  ['a code that every resource has', { code: '_tag' }, 'code', /expected a letter/],
  ['a code that searches could not write', { code: 'nick.name' }, 'code', /found 'nick\.name'/],
  ['type special', { type: 'special' }, 'type', /special/],
  ['no expression', { expression: undefined }, 'expression', /FHIRPath expression is required/],
  [
    'xpath alone',
    { expression: undefined, xpath: 'f:Patient/f:name' },
    'expression',
    /does not evaluate xpath/,
  ],
  [
    'an element that R4 does not have',
    { expression: 'Patient.nickname' },
    'expression',
    /Patient has no element 'nickname'/,
  ],
  [
    'broken FHIRPath, with its place',
    { expression: 'Patient.name.last(' },
    'expression',
    /no FHIRPath: column 18/,
  ],
  [
    'a function that nobody knows',
    { expression: 'Patient.name.frobnicate()' },
    'expression',
    /frobnicate\(\)/,
  ],
  [
    'the clock',
    { expression: 'now().toString()' },
    'expression',
    /now\(\).*depend on nothing but the resource/,
  ],
  [
    'a regular expression',
    { expression: "Patient.name.where(family.matches('(a+)+b')).family" },
    'expression',
    /matches\(\)/,
  ],
  [
    'a constant that does not exist',
    { expression: 'Patient.name.select(family & %secret)' },
    'expression',
    /no %secret/,
  ],
  [
    'what its type cannot index',
    { type: 'date' },
    'expression',
    /selects string, which a date parameter cannot index/,
  ],
  [
    'an extension in place of its value',
    { type: 'string', expression: 'Patient.extension' },
    'expression',
    /Append \.value/,
  ],
  ['nothing on one of its types', { base: ['Patient', 'Person'] }, 'expression', /selects nothing on Person/],
  [
    'a composite without components',
    { type: 'composite', expression: 'Patient' },
    'component',
    /two components/,
  ],
  [
    'a component that does not exist',
    {
      type: 'composite',
      expression: 'Patient.name',
      component: [
        { definition: 'http://hl7.org/fhir/SearchParameter/individual-given', expression: 'given' },
        { definition: 'https://nowhere.example/x', expression: 'family' },
      ],
    },
    'component[1].definition',
    /'https:\/\/nowhere\.example\/x' is the URL of no search parameter/,
  ],
  [
    'a target that is no type',
    { type: 'reference', expression: 'Patient.link.other', target: ['Human'] },
    'target[0]',
    /'Human'/,
  ],
]

for (const [what, change, element, message] of cases) {
  test(`${what}: 422 with the element, the reason and what to do`, async () => {
    // Without validation too: it would refuse some of them before.
    const server = await testServer([], { indexing: fast, validation: 'off' })
    const { status, json, text } = await server.request('POST', 'SearchParameter', { ...nickname, ...change })
    await server.stop()
    assert.is(status, 422, text)
    const [issue] = json.issue
    assert.is(issue.details.coding[0].code, 'invalid-search-parameter')
    assert.equal(issue.expression, [`SearchParameter.${element}`])
    assert.match(issue.diagnostics, message)
  })
}

test('an unknown base type is refused by name, with the near one', async ({ server }) => {
  const { status, json } = await server.request('POST', 'SearchParameter', { ...nickname, base: ['Patiens'] })
  assert.is(status, 422)
  assert.ok(json.issue.some(({ diagnostics }: { diagnostics: string }) => /Patiens/.test(diagnostics)))
})

test('two faults are two issues', async ({ server }) => {
  const { json } = await server.request('POST', 'SearchParameter', {
    ...nickname,
    code: 'a b',
    expression: undefined,
  })
  assert.equal(
    json.issue.map(({ expression }: { expression: string[] }) => expression[0]),
    ['SearchParameter.code', 'SearchParameter.expression'],
  )
})

test('a code or a URL that another active parameter has is refused, and free again when that one is retired', async ({
  server,
}) => {
  const first = await server.request('POST', 'SearchParameter', nickname)
  const second = { ...nickname, url: 'https://hospital.example/SearchParameter/other' }
  const clash = await server.request('POST', 'SearchParameter', second)
  assert.is(clash.status, 422)
  assert.match(
    clash.json.issue[0].diagnostics,
    new RegExp(`SearchParameter/${first.json.id} has the code 'nickname' on Patient`),
  )
  const sameUrl = await server.request('POST', 'SearchParameter', { ...nickname, code: 'petname' })
  assert.match(sameUrl.json.issue[0].diagnostics, /has this URL/)

  await server.request('PUT', `SearchParameter/${first.json.id}`, { ...first.json, status: 'retired' })
  assert.is((await server.request('POST', 'SearchParameter', second)).status, 201)
})

test('the same code on another type is another parameter', async ({ server }) => {
  await server.request('POST', 'SearchParameter', nickname)
  const { status } = await server.request('POST', 'SearchParameter', {
    ...nickname,
    url: 'https://hospital.example/SearchParameter/person-nickname',
    base: ['Person'],
    expression: "Person.name.where(use = 'nickname').text",
  })
  assert.is(status, 201)
})

test('of racing parameters with one code, one is taken', async ({ server }) => {
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) =>
      server.request('POST', 'SearchParameter', { ...nickname, url: `${nickname.url}-${n}` }),
    ),
  )
  assert.equal(answers.map(({ status }) => status).sort(), [201, 422, 422, 422])
})

test('update, patch, batch and transaction refuse alike, and nothing of the transaction stays', async ({
  server,
}) => {
  const draft = { ...nickname, status: 'draft', expression: 'Patient.nickname' }
  const stored = await server.request('PUT', 'SearchParameter/n', { ...draft, id: 'n' })
  assert.is(stored.status, 201, 'a draft may be wrong')
  const update = await server.request('PUT', 'SearchParameter/n', { ...draft, id: 'n', status: 'active' })
  assert.is(update.status, 422)
  const patch = await server.request(
    'PATCH',
    'SearchParameter/n',
    [{ op: 'replace', path: '/status', value: 'active' }],
    { 'content-type': 'application/json-patch+json' },
  )
  assert.is(patch.status, 422)
  const entries = [
    { request: { method: 'PUT', url: 'Patient/p' }, resource: { resourceType: 'Patient', id: 'p' } },
    { request: { method: 'POST', url: 'SearchParameter' }, resource: { ...draft, status: 'active' } },
  ]
  const batch = await server.request('POST', '', { resourceType: 'Bundle', type: 'batch', entry: entries })
  assert.equal(
    batch.json.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3)),
    ['201', '422'],
  )
  await server.request('DELETE', 'Patient/p')
  const transaction = await server.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries,
  })
  assert.is(transaction.status, 422)
  assert.equal(transaction.json.issue[0].expression, ['Bundle.entry[1].resource.expression'])
  assert.is((await server.request('GET', 'Patient/p')).status, 410)
})

test('two parameters of one transaction cannot share a code', async ({ server }) => {
  const entry = [1, 2].map((n) => ({
    request: { method: 'POST', url: 'SearchParameter' },
    resource: { ...nickname, url: `${nickname.url}-${n}` },
  }))
  const { status, json } = await server.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry,
  })
  assert.is(status, 422)
  assert.match(json.issue[0].diagnostics, /Bundle\.entry\[0\]\.resource has the code 'nickname'/)
})

test('what restates a parameter of R4 is stored, and R4 stays in force', async ({ server }) => {
  const { status, json } = await server.request('POST', 'SearchParameter', {
    ...nickname,
    code: 'name',
    derivedFrom: 'http://hl7.org/fhir/SearchParameter/Patient-name',
  })
  assert.is(status, 201)
  const states = await server.request('GET', `SearchParameter/${json.id}/$status`)
  assert.match(states.text, /"valueCode":"built-in"/)
})

test.run()
