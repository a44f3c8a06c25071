import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { normalizeString } from '../../src/search/normalize.js'

const test = suite('normalizeString')
const anyText = fc.string({ unit: 'binary' })

test('case and accents make no difference', () => {
  assert.is(normalizeString('EVE'), normalizeString('eve'))
  assert.is(normalizeString('José Ñíguez'), 'jose niguez')
  assert.is(normalizeString('Jose\u0301'), normalizeString('José'))
  assert.is(normalizeString('İpek'), 'ipek')
})

test('white space at the ends goes, and inside it is one space', () => {
  assert.is(normalizeString('  van \t de\u00a0 Heuvel\n'), 'van de heuvel')
})

test('the start of a Greek word matches the word, whatever its sigma looks like', () => {
  assert.ok(normalizeString('ΟΔΟΣΜΑ').startsWith(normalizeString('ΟΔΟΣ')))
  assert.is(normalizeString('οδος'), normalizeString('ΟΔΟΣ'))
})

test('a word in capitals is the word: GROSS is groß, IŞIK is ışık', () => {
  assert.is(normalizeString('GROSS'), normalizeString('Groß'))
  assert.is(normalizeString('GROẞ'), normalizeString('Groß'))
  assert.is(normalizeString('IŞIK'), normalizeString('Işık'))
  for (const word of ['Weiß', 'Nazlı', 'Ὀδυσσεύς', 'Ærø', 'Łódź', 'Ђорђе', 'ﬁnn', 'ǅ']) {
    assert.is(normalizeString(word.toUpperCase()), normalizeString(word))
    assert.is(normalizeString(word.toLowerCase()), normalizeString(word))
  }
})

test('normalising twice changes nothing more', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = normalizeString(text)
      assert.is(normalizeString(once), once)
    }),
    { numRuns: 2000 },
  )
})

test('the start of a text normalises to the start of the normalised text', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'É', 'Σ', 'ß', 'ﬁ', 'Ж', ' ', '\u0301', '漢') })
  fc.assert(
    fc.property(words, words, (start, rest) => {
      assert.ok(normalizeString(start + rest).startsWith(normalizeString(start)))
    }),
    { numRuns: 2000 },
  )
})

test.run()
