import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memory } from '../../src/index.js'
import { createTestServer } from '../../testing/test-server.js'

const test = suite('the query language over HTTP')

const narrative = (text: string) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`,
})
const request = {
  resourceType: 'MedicationRequest',
  id: '23',
  status: 'active',
  intent: 'order',
  contained: [
    { resourceType: 'Medication', id: 'm1', code: { coding: [{ code: 'aspirin' }] } },
    { resourceType: 'Medication', id: 'm2', code: { coding: [{ code: 'iron' }] } },
  ],
  medicationReference: { reference: '#m1' },
  subject: { reference: 'Patient/ana' },
}
const patient = {
  resourceType: 'Patient',
  id: 'ana',
  text: narrative('Ana has <b>bone</b> metastases'),
  name: [{ family: 'N\u00fa\u00f1ez', given: ['Ana'] }],
}

async function withServer(
  fullText: 'off' | 'text' | 'content' | undefined,
  work: (search: (url: string) => Promise<{ status: number; json: Bundle }>) => Promise<void>,
): Promise<void> {
  const server = await createTestServer({ plugins: [memory()], ...(fullText ? { fullText } : {}) })
  try {
    for (const resource of [patient, request]) {
      const { status, text } = await server.request(
        'PUT',
        `${resource.resourceType}/${resource.id}`,
        resource,
      )
      assert.is(status, 201, text)
    }
    await work((url) => server.request('GET', url))
  } finally {
    await server.stop()
  }
}

interface Bundle {
  readonly total: number
  readonly entry?: readonly {
    readonly fullUrl: string
    readonly resource: { resourceType: string; id: string }
  }[]
  readonly issue?: readonly { readonly diagnostics: string }[]
}

test('narratives are searched by words unless the server is told otherwise', () =>
  withServer(undefined, async (search) => {
    assert.is((await search('Patient?_text=(bone OR liver) and metastases')).json.total, 1)
    assert.is((await search('Patient?_text=bone not metastases')).json.total, 0)
    const refused = await search('Patient?_content=nunez')
    assert.is(refused.status, 400)
    assert.match(refused.json.issue?.[0]?.diagnostics ?? '', /fullText/)
  }))

test('all texts are searched by words where the server indexes them', () =>
  withServer('content', async (search) => {
    assert.is((await search('Patient?_content=nunez')).json.total, 1)
    assert.is((await search('MedicationRequest?_content=aspirin')).json.total, 1)
  }))

test('no words are searched where the server indexes none', () =>
  withServer('off', async (search) => {
    assert.is((await search('Patient?_text=bone')).status, 400)
    assert.is((await search('Patient?name=nunez')).json.total, 1)
  }))

test('a contained resource is found as its container, or as itself below the container', () =>
  withServer(undefined, async (search) => {
    const urls = async (query: string) =>
      (await search(`Medication?${query}`)).json.entry?.map(({ fullUrl, resource }) => [
        fullUrl.replace(/^.*\/fhir\//, ''),
        `${resource.resourceType} ${resource.id}`,
      ])
    assert.is(await urls('code=aspirin'), undefined)
    assert.equal(await urls('code=aspirin&_contained=true'), [
      ['MedicationRequest/23', 'MedicationRequest 23'],
    ])
    assert.equal(await urls('code=aspirin,iron&_contained=true&_containedType=contained'), [
      ['MedicationRequest/23#m1', 'Medication m1'],
      ['MedicationRequest/23#m2', 'Medication m2'],
    ])
  }))

test('a filter is a search', () =>
  withServer(undefined, async (search) => {
    const filter = encodeURIComponent('family eq "NUÑEZ" and not(gender eq male)')
    assert.is((await search(`Patient?_filter=${filter}`)).json.total, 1)
    const refused = await search('Patient?_filter=family%20is%20a')
    assert.is(refused.status, 400)
    assert.match(refused.json.issue?.[0]?.diagnostics ?? '', /character 8 expected an operator/)
  }))

test.run()
