import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { languages } from '../../src/terminology/grammars/languages.js'
import { mimeTypes } from '../../src/terminology/grammars/mime-types.js'
import { ucum } from '../../src/terminology/grammars/ucum.js'

const test = suite('grammars as code systems')

test('languages are tags of BCP 47 with known parts, spelled as is usual', () => {
  for (const [given, spelled] of [
    ['en', 'en'],
    ['EN-us', 'en-US'],
    ['sr-cyrl-rs', 'sr-Cyrl-RS'],
    ['es-419', 'es-419'],
    ['de-CH-1996', 'de-CH-1996'],
    ['zh-cmn-Hans-CN', 'zh-cmn-Hans-CN'],
    ['en-x-US', 'en-x-us'],
    ['en-a-bbb-x-a-ccc', 'en-a-bbb-x-a-ccc'],
    ['x-Private', 'x-private'],
    ['i-klingon', 'i-klingon'],
    ['qaa', 'qaa'],
    ['en-XA', 'en-XA'],
  ] as const) {
    assert.is(languages.spelled(given), spelled)
  }
  for (const wrong of [
    '',
    'e',
    'en_US',
    'english',
    'xx',
    'en-YY',
    'en-',
    '-en',
    'en-a',
    'de-419-DE',
    'en US',
  ]) {
    assert.is(languages.spelled(wrong), undefined, wrong)
  }
  assert.is(languages.lookup('de-CH')?.display, 'Swiss High German')
})

test('two-letter languages of ISO 639-1 are all known', () => {
  const iso =
    'aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et ' +
    'eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk ' +
    'kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny ' +
    'oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk ' +
    'tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'
  assert.equal(
    iso.split(' ').filter((code) => languages.spelled(code) !== code),
    [],
  )
})

test('media types have two names and maybe parameters', () => {
  for (const [given, spelled] of [
    ['text/plain', 'text/plain'],
    ['Text/HTML; charset=UTF-8', 'text/html; charset=UTF-8'],
    ['application/fhir+json', 'application/fhir+json'],
    ['image/*', 'image/*'],
    ['multipart/mixed;boundary="a b"', 'multipart/mixed;boundary="a b"'],
  ] as const) {
    assert.is(mimeTypes.spelled(given), spelled)
  }
  for (const wrong of [
    '',
    'text',
    'text/',
    '/plain',
    'text/plain/more',
    'text plain',
    'text/plain;',
    'text/plain; a',
  ]) {
    assert.is(mimeTypes.spelled(wrong), undefined, wrong)
  }
})

test('units are those of UCUM, exactly as written, and can be chosen by what they convert to', () => {
  for (const unit of ['mg/dL', 'mm[Hg]', '1', '%', '{score}', 'Cel', '10*3/uL', '[iU]/L']) {
    assert.is(ucum.spelled(unit), unit)
  }
  for (const wrong of ['', 'MG/DL', 'mmHg', 'toString', 'cc'])
    assert.is(ucum.spelled(wrong), undefined, wrong)
  const metres = ucum.filter?.('canonical', '=', 'm')
  assert.is(metres?.('cm'), true)
  assert.is(metres?.('kg'), false)
  assert.is(ucum.lookup('cm')?.display, 'centimeter')
})

test('a grammar has no list and no hierarchy', () => {
  assert.is(ucum.size, undefined)
  assert.equal([...ucum.codes()], [])
  assert.is(languages.subsumes('en', 'EN'), true)
  assert.is(languages.subsumes('en', 'en-US'), false)
})

test.run()
