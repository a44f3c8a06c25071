import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ana, testServer } from '../support/server.js'
import { eventually, fast, named, nickname } from './support.js'

const test = suite('custom search parameters over HTTP')

test('a posted parameter is indexed, and then finds what was stored before and after', async () => {
  const server = await testServer([], { indexing: fast })
  const nicked = { ...ana, name: [{ use: 'nickname', text: 'Anita' }] }
  await server.request('POST', 'Patient', nicked)
  await server.request('POST', 'Patient', ana)
  const posted = await server.request('POST', 'SearchParameter', nickname)
  assert.is(posted.status, 201, posted.text)

  const early = await server.request('GET', 'Patient?nickname=Anita')
  assert.is(early.status, 400)
  assert.match(early.json.issue[0].details.text, /being indexed/)
  assert.is(early.json.issue[0].details.coding[0].code, 'unsupported-search')

  await eventually(async () => {
    const status = await server.request('GET', `SearchParameter/${posted.json.id}/$status`)
    assert.is(named(status.json.parameter[0].part, 'state'), 'usable')
  })
  await server.request('POST', 'Patient', nicked)
  const found = await server.request('GET', 'Patient?nickname=Anita')
  assert.is(found.status, 200, found.text)
  assert.is(found.json.entry.length, 2)
  const missing = await server.request('GET', 'Patient?nickname:missing=true&_summary=count')
  assert.is(missing.json.total, 1)
  await server.stop()
})

test.run()
