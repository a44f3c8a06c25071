import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { parseJson, stringifyJson } from '../../src/fhir/json.js'
import { applyJsonPatch } from '../../src/fhir/json-patch.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { jsonText } from './arbitrary-json.js'
import { readData } from './data.js'

const test = suite('json patch')

function patched(resource: string, patch: string): string {
  return stringifyJson(applyJsonPatch(parseJson(resource).value as AnyResource, parseJson(patch).value))
}

function errorOf(resource: string, patch: string): FhirError {
  try {
    patched(resource, patch)
  } catch (error) {
    if (FhirError.is(error)) return error
    throw error
  }
  throw new Error('The patch was applied.')
}

const observation =
  '{"resourceType":"Observation","id":"o","valueQuantity":{"value":2.00,"unit":"kg"},"note":[{"text":"a"},{"text":"b"}]}'

interface Case {
  readonly comment: string
  readonly doc: AnyResource
  readonly patch: unknown
  readonly expected?: unknown
  readonly error?: string
}

const official = readData('fhir-test-cases/patch/json-patch-tests.json')
for (const { comment, doc, patch, expected, error } of official ? (JSON.parse(official) as Case[]) : []) {
  test(`official case: ${comment}`, () => {
    if (error !== undefined) assert.throws(() => applyJsonPatch(doc, patch), FhirError.is)
    else assert.equal(applyJsonPatch(doc, patch), expected)
  })
}

test('digits stay as written, in what the patch leaves alone and in what it brings, moves and copies', () => {
  assert.is(
    patched(
      observation,
      `[{"op":"add","path":"/referenceRange","value":[{"low":{"value":1.50}}]},
        {"op":"copy","from":"/valueQuantity/value","path":"/referenceRange/0/high","value":0},
        {"op":"move","from":"/referenceRange/0/low/value","path":"/x"},
        {"op":"replace","path":"/referenceRange/0/low","value":1e3}]`,
    ),
    '{"resourceType":"Observation","id":"o","valueQuantity":{"value":2.00,"unit":"kg"},"note":[{"text":"a"},{"text":"b"}],"referenceRange":[{"low":1e3,"high":2.00}],"x":1.50}',
  )
})

test('a replaced number loses the old digits', () => {
  assert.match(
    patched(observation, '[{"op":"replace","path":"/valueQuantity/value","value":2}]'),
    '"value":2,',
  )
})

test('test compares numbers by value, exactly', () => {
  const check = (value: string) => `[{"op":"test","path":"/valueQuantity/value","value":${value}}]`
  for (const value of ['2', '2.0', '2e0', '20e-1']) assert.is(patched(observation, check(value)), observation)
  assert.is(errorOf(observation, check('2.01')).code, 'patch-failed')
  assert.is(errorOf(observation, check('2.0000000000000000000001')).code, 'patch-failed')
  assert.is(errorOf(observation, check('"2.00"')).code, 'patch-failed')
})

test('test of long lists takes time in proportion to their length', () => {
  const list = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n))
  const other = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n + 1))
  const error = errorOf(
    `{"resourceType":"Basic","x":${list}}`,
    `[{"op":"test","path":"/x","value":${other}}]`,
  )
  assert.is(error.code, 'patch-failed')
})

test('the resource that is patched stays as it was, whether the patch succeeds or fails', () => {
  const resource = parseJson(observation).value as AnyResource
  applyJsonPatch(resource, [{ op: 'remove', path: '/note/0' }])
  assert.throws(() =>
    applyJsonPatch(resource, [
      { op: 'remove', path: '/note' },
      { op: 'remove', path: '/nothing' },
    ]),
  )
  assert.is(stringifyJson(resource), observation)
})

test('a malformed patch document is refused with the index of its operation', () => {
  const cases: [patch: string, message: RegExp][] = [
    ['{}', /array of operations/],
    ['null', /array of operations/],
    ['[{"op":"remove","path":"/id"},null]', /Operation 1 .* is no object/],
    ['[{"path":"/id"}]', /Operation 0 .* needs an "op"/],
    ['[{"op":"merge","path":"/id"}]', /needs an "op"/],
    ['[{"op":"remove"}]', /needs a "path"/],
    ['[{"op":"remove","path":"id"}]', /needs a "path"/],
    ['[{"op":"remove","path":"/a~2"}]', /needs a "path"/],
    ['[{"op":"add","path":"/a"}]', /needs a "value"/],
    ['[{"op":"test","path":"/nothing"}]', /needs a "value"/],
    ['[{"op":"move","path":"/a","from":7}]', /needs a "from"/],
  ]
  for (const [patch, message] of cases) {
    const error = errorOf(observation, patch)
    assert.is(error.code, 'invalid-patch', patch)
    assert.match(error.message, message)
  }
})

test('an operation that cannot be done says which, where and why', () => {
  const cases: [patch: string, message: RegExp][] = [
    [
      '[{"op":"test","path":"/id","value":"o"},{"op":"remove","path":"/status"}]',
      /Operation 1 .*remove "\/status", failed: there is no "status"/,
    ],
    ['[{"op":"replace","path":"/note/2","value":1}]', /the list has 2 items/],
    ['[{"op":"add","path":"/note/3","value":1}]', /the list has 2 items/],
    ['[{"op":"add","path":"/note/01","value":1}]', /the list has 2 items/],
    ['[{"op":"remove","path":"/note/-"}]', /the list has 2 items/],
    ['[{"op":"add","path":"/code/text","value":1}]', /there is no "code"/],
    ['[{"op":"add","path":"/id/x","value":1}]', /"id" has no parts/],
    ['[{"op":"test","path":"/note/0/text","value":"b"}]', /differs from "value"/],
    ['[{"op":"move","from":"/note","path":"/note/0/x"}]', /into itself/],
    ['[{"op":"move","from":"/note/0","path":"/note/2"}]', /the list has 1 items/],
    ['[{"op":"copy","from":"/status","path":"/x"}]', /there is no "status"/],
    ['[{"op":"replace","path":"/note/length","value":0}]', /the list has 2 items/],
    ['[{"op":"test","path":"/toString","value":null}]', /there is no "toString"/],
  ]
  for (const [patch, message] of cases) {
    const error = errorOf(observation, patch)
    assert.is(error.code, 'patch-failed', patch)
    assert.match(error.message, message)
  }
})

test('type and id cannot change, and the resource cannot go', () => {
  for (const patch of [
    '[{"op":"replace","path":"/id","value":"p"}]',
    '[{"op":"remove","path":"/id"}]',
    '[{"op":"replace","path":"/resourceType","value":"Patient"}]',
    '[{"op":"replace","path":"","value":{"resourceType":"Observation","id":"p"}}]',
    '[{"op":"replace","path":"","value":[]}]',
    '[{"op":"remove","path":""}]',
  ]) {
    assert.is(errorOf(observation, patch).code, 'patch-failed', patch)
  }
  assert.is(
    patched(observation, '[{"op":"replace","path":"","value":{"resourceType":"Observation","id":"o"}}]'),
    '{"resourceType":"Observation","id":"o"}',
  )
})

test('copies that double and nest without end are stopped', () => {
  const copies = (op: unknown, times: number) => JSON.stringify(Array.from({ length: times }, () => op))
  const doubling = copies({ op: 'copy', from: '/note', path: '/note/-' }, 60)
  assert.is(errorOf(observation, doubling).code, 'too-costly')
  const large = `{"resourceType":"Basic","id":"b","x":${JSON.stringify(Array(30_000).fill(1))}}`
  const moving = JSON.stringify(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? ['y', 'x'] : ['x', 'y'])).map(([from, to]) => ({
      op: 'move',
      from: `/${from}`,
      path: `/${to}`,
    })),
  )
  assert.is(errorOf(large, moving).code, 'too-costly')
  const nest = '/x'.repeat(60)
  const value = JSON.parse(`${'{"x":'.repeat(60)}1${'}'.repeat(60)}`) as unknown
  const nesting = JSON.stringify([
    { op: 'add', path: '/x', value },
    { op: 'add', path: `${nest}`, value },
  ])
  assert.match(errorOf(observation, nesting).message, /more than 100 levels/)
})

test('no path reaches a prototype', () => {
  for (const path of [
    '/__proto__/polluted',
    '/constructor/prototype/polluted',
    '/__proto__',
    '/constructor',
    '/note/0/__proto__/x',
    '/note/constructor',
  ]) {
    const patch = JSON.stringify([{ op: 'add', path, value: 1 }])
    assert.is(errorOf(observation, patch).code, 'patch-failed', path)
    assert.is(
      errorOf(observation, JSON.stringify([{ op: 'copy', from: '/id', path }])).code,
      'patch-failed',
      path,
    )
  }
  const value = JSON.parse('{"__proto__":{"polluted":1},"a":1}') as unknown
  const result = applyJsonPatch(JSON.parse(observation) as AnyResource, [{ op: 'add', path: '/x', value }])
  assert.equal(Object.keys(result.x as object), ['a'])
  assert.is(({} as Record<string, unknown>).polluted, undefined)
  assert.is((result.x as Record<string, unknown>).polluted, undefined)
})

test('adding and removing any element gives back the text, digits included', () => {
  fc.assert(
    fc.property(jsonText, jsonText, (before, value) => {
      const text = `{"resourceType":"Basic","x":${before},"list":[${before},2.0]}`
      const patch = `[{"op":"add","path":"/y","value":${value}},{"op":"test","path":"/y","value":${value}},
        {"op":"move","from":"/y","path":"/list/1"},{"op":"add","path":"/list/-","value":${value}},
        {"op":"remove","path":"/list/3"},{"op":"copy","from":"/list/1","path":"/z"},{"op":"remove","path":"/list/1"}]`
      assert.is(patched(text, patch), `${text.slice(0, -1)},"z":${value}}`)
    }),
    { numRuns: 500 },
  )
})

test.run()
