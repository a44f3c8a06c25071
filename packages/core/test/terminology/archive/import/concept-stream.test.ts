import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ConceptStream } from '../../../../src/terminology/archive/import/concept-stream.js'

const test = suite('concepts of a CodeSystem, one by one')

/** Feeds the text in pieces of this many bytes. */
function read(text: string, step: number): { concepts: unknown[]; rest: unknown } {
  const concepts: unknown[] = []
  const stream = new ConceptStream((concept) => concepts.push(concept))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += step) stream.write(bytes.subarray(at, at + step))
  return { concepts, rest: stream.end() }
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('concept', '"concept":[{', '\\"', ']}', '{"', '\\', 'é😀'),
)
const plain = { noNullPrototype: true }
const nested = fc.record({ code: text }, plain)
const concept = fc.record({ code: text, display: text, concept: fc.array(nested) }, plain)
const other = fc.dictionary(
  text.filter((key) => key !== 'concept' && key !== '__proto__'),
  fc.oneof(
    text,
    fc.integer(),
    fc.constant(null),
    fc.record({ concept: fc.array(concept) }, plain),
    fc.array(text),
  ),
  plain,
)

test('are those that JSON.parse finds, and the rest is the rest, whatever the chunks', () => {
  fc.assert(
    fc.property(
      other,
      fc.array(concept),
      other,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 1, '\t'),
      (before, concepts, after, step, indent) => {
        const json = JSON.stringify({ ...before, concept: concepts, ...after }, null, indent)
        const got = read(json, step)
        assert.equal(got.concepts, concepts)
        assert.equal(got.rest, { ...JSON.parse(json), concept: [] })
      },
    ),
    { numRuns: 1000 },
  )
})

test('a resource without concepts is read as it is, a byte order mark passed by', () => {
  const json = '\uFEFF{"resourceType":"CodeSystem","text":{"concept":[{"code":"no"}]}}'
  assert.equal(read(json, 7), { concepts: [], rest: JSON.parse(json.slice(1)) })
})

test('a file that is cut off anywhere is refused', () => {
  const json = '{"url":"x","concept":[{"code":"a"},{"code":"b"}],"version":"1"}'
  for (let length = 0; length < json.length; length++) {
    assert.throws(() => read(json.slice(0, length), 5), /it is no JSON/, String(length))
  }
})

test.run()
