import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plain, read, refused } from './parse-support.js'

const test = suite('parseSearch: _text and _content')

const said = (text: string) => {
  const [clause] = read(`Patient?_text=${encodeURIComponent(text)}`).query.where
  return plain(clause)
}
const words = (...list: string[]) => ({ kind: 'words', param: '_text', words: list })

test('words that stand side by side or are joined by and all have to occur', () => {
  assert.equal(said('Bone métastases'), words('bone', 'metastases'))
  assert.equal(said('bone AND metastases and bone'), words('bone', 'metastases'))
  assert.equal(said('non-smoker'), words('non', 'smoker'))
})

test('and, or, not and parentheses group words, in any case', () => {
  assert.equal(said('(bone OR liver) and metastases'), {
    kind: 'and',
    clauses: [{ kind: 'or', clauses: [words('bone'), words('liver')] }, words('metastases')],
  })
  assert.equal(said('a or b c'), { kind: 'or', clauses: [words('a'), words('b', 'c')] })
  assert.equal(said('a not b'), {
    kind: 'and',
    clauses: [words('a'), { kind: 'not', clauses: [words('b')] }],
  })
  assert.equal(said('NOT (a Or b)'), {
    kind: 'not',
    clauses: [{ kind: 'or', clauses: [words('a'), words('b')] }],
  })
  assert.equal(said('a b,c'), { kind: 'or', clauses: [words('a', 'b'), words('c')] })
})

test('what cannot be read is refused with an example', () => {
  for (const bad of ['(a', 'a)', 'or', 'a or', 'not', '()', 'a and and b', '%', '!!!']) {
    refused(`Patient?_text=${encodeURIComponent(bad)}`, 'invalid-search', /such as \(bone OR liver\)/)
  }
  refused(`Patient?_text=${'('.repeat(60)}a`, 'too-costly', /more than 50/)
  refused('Patient?_text:exact=a', 'invalid-search', /no modifier/)
})

test('words that the server does not index are refused with the setting that would', () => {
  const context = { fullText: 'content' } as const
  assert.equal(plain(read('Patient?_content=x', 'strict', context).query.where[0]), {
    kind: 'words',
    param: '_content',
    words: ['x'],
  })
  assert.throws(() => read('Patient?_text=x', 'strict', { fullText: 'off' }), /fullText is 'off'/)
})

test('every type can be asked for its words, also through chains', () => {
  assert.is(read('?_text=x').query.where.length, 1)
  assert.is(read('Binary?_text=x').query.where.length, 1)
  assert.equal(plain(read('Observation?patient._text=x').query.where[0]), {
    kind: 'chain',
    param: 'patient',
    targets: [{ type: 'Patient', where: [words('x')] }],
  })
})

test.run()
