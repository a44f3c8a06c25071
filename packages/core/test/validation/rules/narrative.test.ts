import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { narrative } from '../../../src/validation/rules/narrative.js'
import { htmlChecks } from '../../../src/validation/rules/xhtml.js'
import { check } from './check.js'

const test = suite('narratives')

const divOf = (inside: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`
const patient = (div: string, more: object = {}) =>
  check(narrative, { resourceType: 'Patient', text: { status: 'generated', div }, ...more })

test('basic formatting, tables, images in the resource and links are allowed', () => {
  const inside =
    '<p class="a" style="color: red; background: url( #a ), url(data:image/png;base64,AA==)">A &amp; B &#160;<br/></p>' +
    '<table border="1"><tr><td colspan="2"><b>x</b></td></tr></table><img src="#pic" alt="x"/>' +
    '<a href="https://example.org">x</a><!-- said -->'
  assert.equal(patient(divOf(inside)).findings, [])
  assert.ok(htmlChecks(divOf(inside)))
})

const refused: readonly (readonly [what: string, div: string, key: string | undefined])[] = [
  ['a script', divOf('<script>alert(1)</script>'), 'txt-1'],
  ['a handler of events', divOf('<p onclick="x()">a</p>'), 'txt-1'],
  ['a link that is a script', divOf('<a href=" java&#10;script:x()">a</a>'), 'txt-1'],
  ['a style that loads something', divOf('<p style="background: url(http://a.example/x)">a</p>'), 'txt-1'],
  ['a style with escapes', divOf('<p style="background: \\75rl(http://a.example/x)">a</p>'), 'txt-1'],
  ['a form', divOf('<form>a</form>'), 'txt-1'],
  ['an iframe', divOf('<iframe src="http://a.example"/>'), 'txt-1'],
  ['a div without the namespace', '<div>a</div>', 'txt-1'],
  ['another element as root', '<p xmlns="http://www.w3.org/1999/xhtml">a</p>', 'txt-1'],
  ['a document type', `<!DOCTYPE div>${divOf('a')}`, 'txt-1'],
  ['an entity of HTML', divOf('a&nbsp;b'), undefined],
  ['an element that is not closed', divOf('<p>a'), undefined],
  ['text after the end', `${divOf('a')}b`, undefined],
  ['no XML', 'just text', undefined],
]

for (const [what, div, key] of refused) {
  test(`${what} is an error of the div`, () => {
    const { places, findings } = patient(div)
    assert.equal(places, ['error Patient.text.div'])
    assert.is(findings[0]?.key, key)
    assert.ok(findings[0]?.text.startsWith('Patient.text.div: '))
    assert.not(htmlChecks(div))
  })
}

test('a narrative with nothing to read is a warning, unless it has an image', () => {
  assert.equal(patient(divOf('  \n ')).places, ['warning Patient.text.div'])
  assert.equal(patient(divOf('<img src="#a" alt=""/>')).places, [])
})

test('an image from elsewhere is a warning', () => {
  assert.equal(patient(divOf('<img src="//a.example/x.png"/>')).places, ['warning Patient.text.div'])
})

test('links lead to ids and names of the narrative, and to elements of the resource', () => {
  const div = divOf('<p id="a">x</p><a name="b">x</a><a href="#a">1</a><a href="#b">2</a><a href="#c">3</a>')
  assert.equal(patient(div).places, ['error Patient.text.div'])
  assert.equal(patient(div, { name: [{ id: 'c', text: 'x' }] }).places, [])
})

test('the narratives of sections of a Composition are looked at, at any depth', () => {
  const text = { status: 'generated', div: divOf('<script/>') }
  const section = [{ title: 'a', section: [{ title: 'b', text }] }]
  assert.equal(check(narrative, { resourceType: 'Composition', section }).places, [
    'error Composition.section[0].section[0].text.div',
  ])
})

test('a narrative that nests without end is refused and costs no stack', () => {
  const depth = 100_000
  const { places } = patient(divOf('<p>'.repeat(depth) + '</p>'.repeat(depth)))
  assert.equal(places, ['error Patient.text.div'])
})

test.run()
