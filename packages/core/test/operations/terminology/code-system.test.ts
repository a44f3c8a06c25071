import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { beastSystem, beasts, parameters, said, serverWith, shown } from './support.js'

const test = suite('operations on CodeSystem')
const server = await serverWith(beasts)
test.after(() => server.stop())

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

async function get(path: string) {
  const { status, json } = await server.request('GET', path)
  return { status, json, shown: status === 200 ? shown(json) : [said(json)] }
}

test('$lookup says what a code means, with all that is known where nothing is asked for', async () => {
  const { shown } = await get(`CodeSystem/$lookup?system=${beastSystem}&code=dog`)
  assert.equal(shown, [
    'name=Beasts of the test',
    'version=1.0',
    'display=House dog',
    'designation(language=de value=Haushund)',
    'designation(language=fr-CA value=Chien élevé)',
    'property(code=definition value=The friend of man.)',
    'property(code=parent value=mammal description=Mammal)',
    'property(code=child value=puppy description=Puppy)',
    'property(code=legs value=4)',
  ])
})

test('$lookup gives the properties asked for, and the display in a language', async () => {
  const path = `CodeSystem/$lookup?system=${beastSystem}&code=dog&displayLanguage=de-AT`
  assert.equal((await get(`${path}&property=legs&property=parent`)).shown.slice(2), [
    'display=Haushund',
    'property(code=parent value=mammal description=Mammal)',
    'property(code=legs value=4)',
  ])
  assert.equal((await get(`${path}&property=lang.de`)).shown.slice(3), [
    'designation(language=de value=Haushund)',
  ])
})

test('$lookup takes a coding, bundled systems and grammars', async () => {
  const coding = { system: actCode, code: 'IMP' }
  const { json } = await server.request(
    'POST',
    'CodeSystem/$lookup',
    parameters({ name: 'coding', valueCoding: coding }),
  )
  assert.ok(shown(json).includes('display=inpatient encounter'))
  assert.ok(shown(json).some((each) => each.startsWith('property(code=definition value=A patient encounter')))
  const { shown: unit } = await get('CodeSystem/$lookup?system=http://unitsofmeasure.org&code=mg/dL')
  assert.ok(unit.includes('display=milligram per deciliter'))
})

test('$lookup says what is missing', async () => {
  for (const [query, status, message] of [
    ['code=dog', 400, /Expected the system/],
    ['', 400, /Expected code and system, or coding/],
    [`system=${beastSystem}&code=cat`, 404, /has no code cat/],
    ['system=urn:none&code=cat', 404, /urn:none is not here/],
    [`system=${beastSystem}&code=dog&version=7`, 404, /beasts\|7 is not here/],
  ] as const) {
    const found = await get(`CodeSystem/$lookup?${query}`)
    assert.is(found.status, status, query)
    assert.match(found.shown[0] ?? '', message)
  }
})

test('$validate-code by url, by instance, and in a CodeSystem that is sent', async () => {
  const url = `CodeSystem/$validate-code?url=${beastSystem}`
  assert.equal((await get(`${url}&code=dog`)).shown, ['result=true', 'display=House dog'])
  assert.equal((await get('CodeSystem/beasts/$validate-code?code=dog&display=HOUSE%20dog')).shown, [
    'result=true',
    'display=House dog',
  ])
  assert.equal((await get(`${url}&code=cat`)).shown, [
    'result=false',
    `message=The code system ${beastSystem} has no code cat.`,
  ])
  const { json } = await server.request(
    'POST',
    'CodeSystem/$validate-code',
    parameters(
      { name: 'codeSystem', resource: { ...beasts, concept: [{ code: 'cat' }] } },
      { name: 'code', valueCode: 'cat' },
    ),
  )
  assert.equal(shown(json), ['result=true'])
})

test('$validate-code judges the display, in any language, and codes that are only for grouping', async () => {
  const url = `CodeSystem/$validate-code?url=${beastSystem}`
  assert.is((await get(`${url}&code=dog&display=Haushund`)).shown[0], 'result=true')
  assert.equal((await get(`${url}&code=dog&display=Cat`)).shown.slice(0, 2), [
    'result=false',
    `message='Cat' is no name of the code ${beastSystem}|dog; expected 'House dog'.`,
  ])
  assert.is((await get(`${url}&code=mammal`)).shown[0], 'result=true')
  assert.is((await get(`${url}&code=mammal&abstract=false`)).shown[0], 'result=false')
})

test('$validate-code of a CodeableConcept is true where one coding is valid', async () => {
  const ask = async (...codes: string[]) => {
    const concept = { coding: codes.map((code) => ({ system: beastSystem, code })) }
    const { json } = await server.request(
      'POST',
      'CodeSystem/$validate-code',
      parameters(
        { name: 'url', valueUri: beastSystem },
        { name: 'codeableConcept', valueCodeableConcept: concept },
      ),
    )
    return shown(json)[0]
  }
  assert.is(await ask('cat', 'dog'), 'result=true')
  assert.is(await ask('cat', 'bird'), 'result=false')
})

test('a coding in a URL, and two ways at once, are refused', async () => {
  const coding = await get(`CodeSystem/$validate-code?url=${beastSystem}&coding=dog`)
  assert.is(coding.status, 400)
  assert.match(coding.shown[0] ?? '', /with POST/)
  const both = await server.request(
    'POST',
    'CodeSystem/$validate-code',
    parameters({ name: 'code', valueCode: 'dog' }, { name: 'coding', valueCoding: { code: 'dog' } }),
  )
  assert.is(both.status, 400)
})

test('$subsumes tells each of its four outcomes', async () => {
  const outcome = async (a: string, b: string) =>
    (await get(`CodeSystem/$subsumes?system=${beastSystem}&codeA=${a}&codeB=${b}`)).shown[0]
  assert.is(await outcome('mammal', 'puppy'), 'outcome=subsumes')
  assert.is(await outcome('puppy', 'mammal'), 'outcome=subsumed-by')
  assert.is(await outcome('dog', 'dog'), 'outcome=equivalent')
  assert.is(await outcome('dog', 'snake'), 'outcome=not-subsumed')
  assert.equal((await get('CodeSystem/beasts/$subsumes?codeA=mammal&codeB=dog')).shown, ['outcome=subsumes'])
  assert.is((await get(`CodeSystem/$subsumes?system=${beastSystem}&codeA=dog&codeB=cat`)).status, 404)
  assert.is((await get(`CodeSystem/$subsumes?system=${beastSystem}&codeA=dog`)).status, 400)
})

test('$subsumes takes codings, of one system', async () => {
  const ask = (a: object, b: object) =>
    server.request(
      'POST',
      'CodeSystem/$subsumes',
      parameters({ name: 'codingA', valueCoding: a }, { name: 'codingB', valueCoding: b }),
    )
  const { json } = await ask({ system: actCode, code: 'IMP' }, { system: actCode, code: 'ACUTE' })
  assert.equal(shown(json), ['outcome=subsumes'])
  assert.is((await ask({ system: actCode, code: 'IMP' }, { system: beastSystem, code: 'dog' })).status, 400)
})

const find = (exact: boolean, ...properties: (readonly [string, object])[]) =>
  server.request(
    'POST',
    'CodeSystem/$find-matches',
    parameters(
      { name: 'system', valueUri: beastSystem },
      { name: 'exact', valueBoolean: exact },
      ...properties.map(([code, value]) => ({
        name: 'property',
        part: [
          { name: 'code', valueCode: code },
          { name: 'value', ...value },
        ],
      })),
    ),
  )

test('$find-matches finds codes with all properties', async () => {
  const { json } = await find(true, ['legs', { valueInteger: 4 }], ['parent', { valueCode: 'dog' }])
  assert.equal(shown(json), [`match(code=${beastSystem}|puppy)`])
  assert.equal(shown((await find(true, ['legs', { valueInteger: 5 }])).json), [])
})

test('$find-matches for people tells partial matches, and what they lack', async () => {
  const wanted = [
    ['legs', { valueInteger: 0 }],
    ['parent', { valueCode: 'dog' }],
  ] as const
  assert.equal(shown((await find(true, ...wanted)).json), [])
  assert.equal(shown((await find(false, ...wanted)).json), [
    `match(code=${beastSystem}|puppy unmatched(code=legs value=0) comment=Has not all of the properties.)`,
    `match(code=${beastSystem}|snake unmatched(code=parent value=dog) comment=Has not all of the properties.)`,
  ])
})

test('an edited code system answers anew', async () => {
  const edited = await serverWith({ ...beasts, id: 'edited' })
  const ask = async () => {
    const { status } = await edited.request('GET', `CodeSystem/$lookup?system=${beastSystem}&code=cat`)
    return status
  }
  assert.is(await ask(), 404)
  await edited.request('PUT', 'CodeSystem/edited', {
    ...beasts,
    id: 'edited',
    concept: [{ code: 'cat', display: 'Cat' }],
  })
  assert.is(await ask(), 200)
  await edited.request('DELETE', 'CodeSystem/edited')
  assert.is(await ask(), 404)
  await edited.stop()
})

test('a stored code system wins over the bundled one of its URL', async () => {
  const url = 'http://hl7.org/fhir/administrative-gender'
  const own = await serverWith({ ...beasts, url, concept: [{ code: 'male', display: 'Own' }] })
  const { json } = await own.request('GET', `CodeSystem/$lookup?system=${url}&code=male`)
  assert.ok(shown(json).includes('display=Own'))
  assert.is((await own.request('GET', `CodeSystem/$lookup?system=${url}&code=female`)).status, 404)
  await own.stop()
})

test.run()
