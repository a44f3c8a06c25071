import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cloneJson, digits, sameDecimal, setSource, sourceOf, spliceJson } from '../../src/fhir/digits.js'
import { decodeDigits, encodeDigits, equalEncoded } from '../../src/fhir/digits-encoded.js'
import { parseJson, stringifyJson } from '../../src/fhir/json.js'
import { jsonText, numberText } from './arbitrary-json.js'

const test = suite('digits')

const documentText = jsonText.map((text) => `[${text}]`)

test('a clone has the digits, and shares nothing that can change', () => {
  fc.assert(
    fc.property(documentText, (text) => assert.is(stringifyJson(cloneJson(parseJson(text).value)), text)),
  )
  const original = parseJson('{"a":{"b":2.00}}').value as { a: { b: number } }
  const copy = cloneJson(original)
  setSource(copy.a, 'b', undefined)
  copy.a.b = 3
  assert.is(stringifyJson(original), '{"a":{"b":2.00}}')
})

test('neither a clone nor an encoded copy takes over a prototype', () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":1},"a":1}') as { polluted?: number }
  assert.is(cloneJson(hostile).polluted, undefined)
  assert.is((encodeDigits(hostile) as typeof hostile).polluted, undefined)
})

test('the symbol is the same in every copy of the package', () => {
  assert.is(digits, Symbol.for('anamnesis.digits'))
})

test('digits move with the items of a list', () => {
  const { list } = parseJson('{"list":[1.0,2.00,3,4.0]}').value as { list: number[] }
  spliceJson(list, 0, 1, [])
  assert.is(stringifyJson(list), '[2.00,3,4.0]')
  spliceJson(list, 1, 0, [5, 2], ['5.0', undefined])
  assert.is(stringifyJson(list), '[2.00,5.0,2,3,4.0]')
  spliceJson(list, 0, 5, [7])
  assert.is(stringifyJson(list), '[7]')
  assert.not.ok(digits in list)
})

test('digits are set and forgotten one by one', () => {
  const quantity = { value: 2, low: 1 }
  setSource(quantity, 'value', '2.00')
  setSource(quantity, 'low', '1.0')
  assert.is(sourceOf(quantity, 'value'), '2.00')
  setSource(quantity, 'value', undefined)
  assert.is(sourceOf(quantity, 'value'), undefined)
  assert.is(sourceOf(quantity, 'low'), '1.0')
})

test('encoding and decoding give back the text', () => {
  fc.assert(
    fc.property(documentText, (text) => {
      const { value } = parseJson(text)
      const encoded = encodeDigits(value)
      assert.is(stringifyJson(decodeDigits(encoded)), text)
      assert.is(stringifyJson(value), text)
    }),
  )
})

test('a number equals itself however it is written, and no other', () => {
  assert.ok(sameDecimal('2.00', '2'))
  assert.ok(sameDecimal('-0', '0.0e5'))
  assert.ok(sameDecimal('1e3', '1000.0'))
  assert.ok(sameDecimal('1200e-2', '12'))
  assert.not.ok(sameDecimal('0.12345678901234567890', '0.12345678901234567891'))
  assert.not.ok(sameDecimal('1', '-1'))
  fc.assert(
    fc.property(numberText, fc.nat(20), (text, zeros) => {
      const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
      const longer = `${mantissa.includes('.') ? mantissa : `${mantissa}.`}${'0'.repeat(zeros + 1)}e${exponent}`
      const shifted = `${mantissa}e${Number(exponent) + 1}`
      assert.ok(sameDecimal(text, longer))
      assert.is(sameDecimal(text, shifted), /^[-0.]+$/.test(mantissa))
    }),
  )
})

test('equality of encoded values goes by content, not by the order of members', () => {
  const equal = (a: string, b: string) =>
    equalEncoded(encodeDigits(parseJson(`[${a}]`).value), encodeDigits(parseJson(`[${b}]`).value))
  assert.ok(equal('{"a":1.0,"b":[1,{}]}', '{"b":[1.00,{}],"a":1}'))
  assert.not.ok(equal('{"a":1}', '{"a":1,"b":2}'))
  assert.not.ok(equal('[]', '{}'))
  assert.not.ok(equal('"1.0"', '1.0'))
  assert.not.ok(equal('null', '{}'))
  assert.not.ok(equal('[1,2]', '[2,1]'))
})

test.run()
