import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { digits } from '../../src/fhir/digits.js'
import { parseJson, prettyJson, stringifyJson } from '../../src/fhir/json.js'
import { jsonText, numberText } from './arbitrary-json.js'
import { listData, readData } from './data.js'

const test = suite('json')

/** A number needs a container for its digits. */
const documentText = jsonText.map((text) => `[${text}]`)

/** What the parser says of a text: the error, or undefined. */
function errorOf(text: string, options?: { maxDepth: number }): FhirError | undefined {
  try {
    parseJson(text, options)
    return undefined
  } catch (error) {
    if (FhirError.is(error)) return error
    throw error
  }
}

test('text comes back as it went in, whatever its numbers look like', () => {
  fc.assert(
    fc.property(documentText, (text) => {
      assert.is(stringifyJson(parseJson(text).value), text)
    }),
    { numRuns: 2000 },
  )
})

test('values are those of JSON.parse', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      // Through JSON.stringify, because digits are visible to a deep comparison.
      assert.is(JSON.stringify(parseJson(text).value), JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 1000 },
  )
})

test('lossy says whether JSON.stringify would alter a number', () => {
  fc.assert(
    fc.property(numberText, fc.boolean(), (source, listed) => {
      const { value, lossy } = parseJson(listed ? `[1,${source}]` : `{"a":1,"value":${source}}`)
      assert.is(lossy, String(Number(source)) !== source)
      if (!lossy) assert.is(stringifyJson(value, { lossy }), JSON.stringify(value))
    }),
    { numRuns: 2000 },
  )
})

test('accepts and refuses the texts that JSON.parse does', () => {
  const mutated = fc
    .tuple(
      jsonText,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom(
        '',
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '0',
        '-',
        '.',
        'e',
        '\\',
        '\n',
        ' ',
        '\u0001',
        'true',
        '\\u12',
      ),
    )
    .map(([text, at, remove, insert]) => {
      const position = at % (text.length + 1)
      return text.slice(0, position) + insert + text.slice(position + remove)
    })
  fc.assert(
    fc.property(mutated, (text) => {
      let expected: string | undefined
      try {
        expected = JSON.stringify(JSON.parse(text))
      } catch {}
      const error = errorOf(text)
      if (expected === undefined) assert.is(error?.code, 'malformed-json')
      else if (error) assert.match(error.message, /there twice|not allowed|U\+0000/)
      else assert.is(JSON.stringify(parseJson(text).value), expected)
    }),
    { numRuns: 5000 },
  )
})

test('a number that was changed is written as it is now, and spread takes digits along', () => {
  const { value } = parseJson('{"value":2.00,"low":1.0,"list":[1.50,2]}')
  const copy = { ...(value as { value: number; list: number[] }) }
  assert.is(stringifyJson(copy), '{"value":2.00,"low":1.0,"list":[1.50,2]}')
  copy.value = 2.5
  assert.is(stringifyJson(copy), '{"value":2.5,"low":1.0,"list":[1.50,2]}')
  assert.equal(Object.keys(copy), ['value', 'low', 'list'])
})

test('kept digits of an inherited name are not mistaken for those of an element', () => {
  assert.is(stringifyJson({ toString: 1, [digits]: { value: '2.00' } }), '{"toString":1}')
})

test('writes what JSON.stringify writes for values that are no JSON', () => {
  const date = new Date(0)
  const value = {
    a: undefined,
    b: [undefined, Number.NaN, () => 1],
    c: date,
    d: -0,
    e: { toJSON: () => 'x' },
    n: null,
  }
  assert.is(stringifyJson(value), JSON.stringify(value))
  assert.is(stringifyJson({ ...value, [digits]: {} }), JSON.stringify(value))
})

test('numbers too big for JavaScript keep their digits', () => {
  const text = '{"big":1e400,"long":123456789012345678901234567890,"zero":-0.0}'
  assert.is(stringifyJson(parseJson(text).value), text)
})

test('errors say where, in lines and columns', () => {
  assert.match(
    errorOf('{\n  "a": 1,\n  "b": x\n}')?.message ?? '',
    /expected a value, found "x.*", at line 3, column 8/,
  )
  assert.match(
    errorOf('{"a":1')?.message ?? '',
    /expected "," or "}", found the end of the text, at line 1, column 7/,
  )
  assert.match(errorOf('')?.message ?? '', /expected a value, found the end of the text/)
  assert.match(errorOf('[1,]')?.message ?? '', /expected a value, found "\]"/)
  assert.match(errorOf('{"a":"b\\qc"}')?.message ?? '', /unknown escape, at line 1, column 8/)
  assert.match(errorOf('["a\nb"]')?.message ?? '', /control character.*column 4/)
  assert.match(errorOf('["abc')?.message ?? '', /not closed/)
  assert.match(errorOf('1 2')?.message ?? '', /expected the end of the text, found "2"/)
})

test('errors show no more than a glimpse of the text', () => {
  const secret = 'x'.repeat(1000)
  assert.ok((errorOf(`{"name": ${secret}}`)?.message.length ?? 0) < 150)
})

test('a property that occurs twice is refused', () => {
  assert.match(errorOf('{"a":1,"b":{},"a":1}')?.message ?? '', /there twice, at line 1, column 15/)
  assert.is(errorOf('{"a":1,"b":{"a":1}}'), undefined)
  assert.is(errorOf('{"constructor":1,"toString":2}'), undefined)
})

test('__proto__ is refused, escaped too', () => {
  for (const text of ['{"__proto__":{"x":1}}', '{"a":[{"\\u005f_proto__":{}}]}']) {
    assert.match(errorOf(text)?.message ?? '', /property name is not allowed/)
  }
  assert.is(errorOf('{"a":"__proto__"}'), undefined)
})

test('nesting is limited, long before the stack is', () => {
  assert.is(errorOf('['.repeat(100) + ']'.repeat(100)), undefined)
  assert.match(errorOf('['.repeat(101) + ']'.repeat(101))?.message ?? '', /more than 100 levels/)
  assert.match(errorOf('{"a":'.repeat(1_000_000))?.message ?? '', /more than 100 levels/)
  assert.match(errorOf('[[[1]]]', { maxDepth: 2 })?.message ?? '', /more than 2 levels/)
  assert.is(errorOf(`[${Array(1000).fill('[[1]]').join()}]`), undefined)
})

test('a leading byte order mark is skipped', () => {
  assert.equal(parseJson('\ufeff{"a":1}').value, { a: 1 })
})

test('pretty text is laid out as JSON.stringify does, with every token as written', () => {
  fc.assert(
    fc.property(documentText, (text) => {
      const pretty = prettyJson(text)
      assert.is(stringifyJson(parseJson(pretty).value), text)
      assert.is(prettyJson(JSON.stringify(JSON.parse(text))), JSON.stringify(JSON.parse(text), null, 2))
      assert.is(prettyJson(pretty), pretty)
    }),
    { numRuns: 1000 },
  )
  assert.is(stringifyJson({ a: [1], [digits]: { b: '1.0' } }, { pretty: true }), '{\n  "a": [\n    1\n  ]\n}')
})

const examples = listData('r4-examples')
test('the official examples of R4 come back token for token', () => {
  for (const file of examples) {
    const text = readData(file) as string
    assert.is(prettyJson(stringifyJson(parseJson(text).value)), prettyJson(text), file)
  }
})

test.run()
