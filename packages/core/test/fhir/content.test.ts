import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assembleContent, contentOf } from '../../src/fhir/content.js'
import { parseJson } from '../../src/fhir/json.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { jsonText } from './arbitrary-json.js'

const test = suite('content')

const instant = Date.UTC(2024, 1, 29, 12, 30, 0, 7)

function stored(text: string, id = 'x'): string {
  const { value, lossy } = parseJson(text)
  const { head, tail } = contentOf(value as AnyResource, id, { lossy })
  return assembleContent(head, 3, instant, tail)
}

const start =
  '{"resourceType":"Observation","id":"x","meta":{"versionId":"3","lastUpdated":"2024-02-29T12:30:00.007Z"'

test('the server sets id, version and time, and all else stays as the client wrote it', () => {
  assert.is(
    stored(
      '{"resourceType":"Observation","id":"y","meta":{"profile":["p"],"versionId":"9","tag":[]},"value":2.00,"b":[1.0]}',
    ),
    `${start},"profile":["p"],"tag":[]},"value":2.00,"b":[1.0]}`,
  )
})

test('id and meta may be absent, and may stand anywhere', () => {
  assert.is(stored('{"resourceType":"Observation"}'), `${start}}}`)
  assert.is(stored('{"resourceType":"Observation","status":"final"}'), `${start}},"status":"final"}`)
  assert.is(
    stored('{"status":"final","id":"1","value":1.0,"resourceType":"Observation","meta":{"lastUpdated":"z"}}'),
    `${start}},"status":"final","value":1.0}`,
  )
  assert.is(
    stored('{"id":"1","resourceType":"Observation","a":1,"meta":{"source":"#s"}}'),
    `${start},"source":"#s"},"a":1}`,
  )
})

test('a meta that is no object counts as absent', () => {
  for (const meta of ['null', '[]', '"x"'])
    assert.is(stored(`{"resourceType":"Observation","meta":${meta}}`), `${start}}}`)
})

test('extensions of id and siblings of meta stay', () => {
  assert.is(
    stored('{"resourceType":"Observation","id":"y","_id":{"extension":[]},"meta":{"_lastUpdated":{}}}'),
    `${start},"_lastUpdated":{}},"_id":{"extension":[]}}`,
  )
})

test('undefined elements are left out', () => {
  const resource = {
    resourceType: 'Observation',
    id: undefined,
    meta: undefined,
    status: undefined,
    a: 1,
  } as unknown as AnyResource
  const { head, tail } = contentOf(resource, 'x')
  assert.is(assembleContent(head, 3, instant, tail), `${start}},"a":1}`)
})

const element = fc.tuple(fc.stringMatching(/^[a-z_]{1,8}$/), jsonText)
const member = fc.oneof(
  { weight: 4, arbitrary: element },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('id'), fc.constantFrom('"a"', '"é\\""')) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('meta'),
      fc
        .uniqueArray(fc.oneof(element, fc.tuple(fc.constantFrom('versionId', 'lastUpdated'), jsonText)), {
          selector: ([key]) => key,
          maxLength: 4,
        })
        .map(objectOf),
    ),
  },
)

function objectOf(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
}

test("assembled text is the client's text with other id, version and time, at the beginning", () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(member, { selector: ([key]) => key, maxLength: 6 })
        .filter((all) => !all.some(([key]) => key === 'resourceType')),
      fc.nat(6),
      fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/),
      (members, place, id) => {
        const all = members.toSpliced(place, 0, ['resourceType', '"Observation"'])
        const given = new Map(all)
        const meta = JSON.parse(given.get('meta') ?? '{}') as Record<string, unknown>
        const metaTexts = Object.keys(meta)
          .filter((key) => key !== 'versionId' && key !== 'lastUpdated')
          .map((key) => key)
        const text = stored(objectOf(all), id)
        const parsed = JSON.parse(text) as Record<string, unknown>
        const expected = {
          resourceType: 'Observation',
          id,
          meta: {
            versionId: '3',
            lastUpdated: '2024-02-29T12:30:00.007Z',
            ...Object.fromEntries(metaTexts.map((key) => [key, meta[key]])),
          },
          ...Object.fromEntries(
            all
              .filter(([key]) => !['resourceType', 'id', 'meta'].includes(key))
              .map(([key, value]) => [key, JSON.parse(value) as unknown]),
          ),
        }
        assert.is(JSON.stringify(parsed), JSON.stringify(expected))
        for (const [key, value] of all) {
          if (!['resourceType', 'id', 'meta'].includes(key))
            assert.ok(text.includes(`,${JSON.stringify(key)}:${value}`))
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test.run()
