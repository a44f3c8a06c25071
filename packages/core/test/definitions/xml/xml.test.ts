import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../../src/definitions/r4.js'
import { readXml } from '../../../src/definitions/xml/read-xml.js'
import { writeXml } from '../../../src/definitions/xml/write-xml.js'
import { FhirError } from '../../../src/errors/fhir-error.js'
import { parseJson, stringifyJson } from '../../../src/fhir/json.js'
import { listData, readData } from '../../fhir/data.js'
import { listGzipped } from './data.js'

const test = suite('FHIR XML')

const ns = 'xmlns="http://hl7.org/fhir"'
const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"'
const toJson = (xml: string) => stringifyJson(readXml(xml, r4))
const toXml = (json: string) => writeXml(json, r4).replace(/^<\?xml[^>]*\?>\n/, '')

function refusal(xml: string, maxDepth?: number): FhirError {
  try {
    readXml(xml, r4, maxDepth === undefined ? {} : { maxDepth })
  } catch (error) {
    if (FhirError.is(error)) return error
    throw error
  }
  throw new Error(`it was read: ${xml.slice(0, 200)}`)
}

test('a resource in XML is its JSON: attributes, ids, extensions, lists, choices', () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!-- from the specification: https://hl7.org/fhir/R4/json.html -->
<Patient ${ns}>
  <id value="p"/>
  <birthDate id="314159" value="1970-03-30">
    <extension url="http://example.org/fhir/StructureDefinition/text">
      <valueString value="Easter 1970"/>
    </extension>
  </birthDate>
  <multipleBirthInteger value="3"/>
</Patient>`
  assert.is(
    toJson(xml),
    '{"resourceType":"Patient","id":"p","birthDate":"1970-03-30","_birthDate":{"id":"314159","extension":[{"url":"http://example.org/fhir/StructureDefinition/text","valueString":"Easter 1970"}]},"multipleBirthInteger":3}',
  )
  const back = `<Patient ${ns}><id value="p"/><birthDate value="1970-03-30" id="314159"><extension url="http://example.org/fhir/StructureDefinition/text"><valueString value="Easter 1970"/></extension></birthDate><multipleBirthInteger value="3"/></Patient>`
  assert.is(toXml(toJson(xml)), back)
})

test('lists of values and of their extensions stay level with each other', () => {
  const extension = '<extension url="http://x"><valueCode value="a"/></extension>'
  const xml = `<CodeSystem ${ns}><concept><code value="x"/></concept></CodeSystem>`
  assert.is(toJson(xml), '{"resourceType":"CodeSystem","concept":[{"code":"x"}]}')
  for (const [given, json] of [
    [
      `<given value="a"/><given>${extension}</given><given id="i" value="c"/>`,
      '"given":["a",null,"c"],"_given":[null,{"extension":[{"url":"http://x","valueCode":"a"}]},{"id":"i"}]',
    ],
    [`<given id="i"/>`, '"_given":[{"id":"i"}]'],
    [`<given value="a"/><given value="b"/>`, '"given":["a","b"]'],
  ] as const) {
    const xml = `<Patient ${ns}><name>${given}</name></Patient>`
    const expected = `{"resourceType":"Patient","name":[{${json}}]}`
    assert.is(toJson(xml), expected)
    assert.is(toJson(toXml(expected)), expected)
  }
})

test('digits of decimals stay as they are written', () => {
  for (const digits of ['1.00', '0.10', '1e3', '-0', '12345678901234567890.123456789', '1E-22']) {
    const json = `{"resourceType":"Observation","valueQuantity":{"value":${digits}}}`
    assert.is(
      toXml(json),
      `<Observation ${ns}><valueQuantity><value value="${digits}"/></valueQuantity></Observation>`,
    )
    assert.is(toJson(toXml(json)), json)
  }
})

test('resources inside resources stand in elements of their type', () => {
  const json =
    '{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}],"active":true},"request":{"method":"POST","url":"Patient"}}]}'
  const xml = `<Bundle ${ns}><type value="batch"/><entry><resource><Patient><contained><Organization><id value="o"/></Organization></contained><active value="true"/></Patient></resource><request><method value="POST"/><url value="Patient"/></request></entry></Bundle>`
  assert.is(toXml(json), xml)
  assert.is(toJson(xml), json)
  const parameters =
    '{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","valueDecimal":0.10},{"name":"c","resource":{"resourceType":"Patient","active":true}}]}]}'
  assert.is(toJson(toXml(parameters)), parameters)
})

test('elements are written in their order, whatever that of the JSON', () => {
  assert.is(
    toXml('{"birthDate":"2000","active":true,"id":"x","_active":{"id":"i"},"resourceType":"Patient"}'),
    `<Patient ${ns}><id value="x"/><active value="true" id="i"/><birthDate value="2000"/></Patient>`,
  )
})

test('white space and special characters in values survive, and what XML cannot hold becomes U+FFFD', () => {
  for (const text of [
    'a\tb\r\nc\rd\n',
    '  a  ',
    '<&>"\'',
    '\u00e9\u4e2d\u{1f600}\u2028',
    ']]>',
    '&amp;',
    '\u0085',
  ]) {
    const json = stringifyJson({ resourceType: 'Patient', language: text })
    assert.is(toJson(toXml(json)), json)
  }
  assert.match(
    toXml('{"resourceType":"Patient","language":"a\\u0001\\ud800\\uffff"}'),
    'value="a\ufffd\ufffd\ufffd"',
  )
})

test('narrative is kept as it is written', () => {
  const div = `<div ${xhtml}>\n  <p id='a' >x &amp; &#160; <br/><!-- c --><![CDATA[<]]>  &lt;</p>\n</div>`
  const json = stringifyJson({ resourceType: 'Patient', text: { status: 'generated', div } })
  const xml = `<Patient ${ns}><text><status value="generated"/>${div}</text></Patient>`
  assert.is(toXml(json), xml)
  assert.is(toJson(xml), json)
  assert.is(toJson(xml.replaceAll('\n', '\r\n')), json)
})

test('narrative takes the namespaces with it that were declared further out', () => {
  const { text } = readXml(
    `<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml" ${xhtml}><f:text><f:status value="generated"/><h:div><h:b>x</h:b></h:div></f:text><f:active value="true"/></f:Patient>`,
    r4,
  )
  const div = '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:b>x</h:b></h:div>'
  assert.equal(text, { status: 'generated', div })
  const plain = readXml(
    `<f:Patient xmlns:f="http://hl7.org/fhir" ${xhtml}><f:text><div><b>x</b></div></f:text></f:Patient>`,
    r4,
  )
  assert.equal(plain.text, { div: `<div ${xhtml}><b>x</b></div>` })
})

test('narrative that is not well-formed cannot change the document around it', () => {
  const write = (div: string) => {
    const xml = toXml(stringifyJson({ resourceType: 'Patient', text: { status: 'generated', div } }))
    const read = readXml(xml, r4) as unknown as { text: { div: string }; active?: boolean }
    assert.is(read.active, undefined)
    return read.text.div
  }
  const open = `<div ${xhtml}>`
  assert.is(write('<div>a&nbsp;&eacute;&lt;</div>'), `${open}a\u00a0\u00e9&lt;</div>`)
  assert.is(write(`${open}a&nbsp;</div>`), `${open}a\u00a0</div>`)
  for (const div of [
    `${open}</div></text><active value="true"/><text>`,
    `${open}</div>${open}</div>`,
    `<?xml version="1.0"?>${open}</div>`,
    `<!DOCTYPE div [<!ENTITY a "b">]>${open}&a;</div>`,
    `${open}<p></div>`,
    `${open}<x:p/></div>`,
    `${open}\u0001</div>`,
    `<p ${xhtml}/>`,
    'plain & simple',
    '',
    `${open}${'<b>'.repeat(20_000)}${'</b>'.repeat(20_000)}</div>`,
  ]) {
    assert.match(write(div), /^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml">/, div.slice(0, 60))
  }
})

test('pretty XML says the same', () => {
  const json = `{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"> a </div>"},"name":[{"given":["a","b"]}]}`
  const pretty = writeXml(json, r4, { pretty: true })
  assert.match(pretty, '\n  <name>\n    <given value="a"/>\n    <given value="b"/>\n  </name>\n</Patient>\n')
  assert.is(toJson(pretty), json)
})

test('each fault is refused with its line and column, and the FHIRPath of its element', () => {
  const patient = (content: string) => `<Patient ${ns}>\n ${content}</Patient>`
  const group = '<name><family value="x"/></name>'
  for (const [xml, message, place, expression] of [
    [patient('<foo value="1"/>'), "no element 'foo'", 'line 2, column 2', 'Patient'],
    [
      patient(`${group}<name><given value="a"/><nick value="b"/></name>`),
      "no element 'nick'",
      'line 2',
      'Patient.name[1]',
    ],
    [patient('<id value="a"/><id value="b"/>'), 'twice', 'column 17', 'Patient'],
    [patient('<gender value="male"/><active value="true"/>'), "before 'gender'", 'line 2', 'Patient'],
    [patient(`${group}<active value="true"/>`), "before 'name'", 'line 2', 'Patient'],
    [
      patient('<deceasedBoolean value="true"/><deceasedDateTime value="2000"/>'),
      'one is allowed',
      'line 2',
      'Patient',
    ],
    [patient('<active xmlns="urn:x" value="true"/>'), "namespace 'urn:x'", 'line 2', 'Patient'],
    ['<Patient/>', 'in no namespace', 'line 1, column 1', undefined],
    [`<Foo ${ns}/>`, "'Foo' is no resource type", 'line 1', undefined],
    [patient('text'), 'text is not allowed', 'line', 'Patient'],
    [patient('<![CDATA[x]]>'), 'text is not allowed', 'line', 'Patient'],
    [patient('<active value="true" foo="1"/>'), "attribute 'foo'", 'line 2', 'Patient.active'],
    [patient('<name value="true"/>'), "attribute 'value'", 'line 2', 'Patient.name[0]'],
    [`<Patient ${ns} id="a"/>`, "attribute 'id'", 'line 1', 'Patient'],
    [patient('<active value="yes"/>'), 'true or false', 'line 2', 'Patient.active'],
    [
      patient('<multipleBirthInteger value="1.5"/>'),
      'an integer',
      'line 2',
      'Patient.multipleBirth.ofType(integer)',
    ],
    [patient('<active/>'), 'expected the attribute value', 'line 2', 'Patient.active'],
    [patient('<name/>'), 'never empty', 'line 2', 'Patient.name[0]'],
    [patient('<contained/>'), 'expected a resource', 'line 2', 'Patient.contained[0]'],
    [
      patient(`<contained><Patient/><Patient/></contained>`),
      'room for one',
      'line 2',
      'Patient.contained[0]',
    ],
    [patient('<text><div>x</div></text>'), "namespace of the narrative's div", 'line 2', 'Patient.text'],
    [
      patient('<extension><url value="u"/></extension>'),
      "'url' is an attribute",
      'line 2',
      'Patient.extension[0]',
    ],
    [patient('<name></active>'), '', 'line 2', 'Patient.name[0]'],
    [patient('<name>'), '', 'line 2', undefined],
    [patient('&nbsp;'), 'entity', 'line 2', 'Patient'],
    [`<!DOCTYPE Patient>\n${patient('')}`, 'DOCTYPE', 'line 1', undefined],
    [`<?xml version="1.1"?>${patient('')}`, 'XML 1.0', 'line 1', undefined],
    [`<?xml version="1.0" encoding="utf-16"?>${patient('')}`, 'UTF-8', 'line 1', undefined],
    [`${patient('')}<Patient ${ns}/>`, '', 'line 2', undefined],
    ['', '', 'line 1', undefined],
    ['{"resourceType":"Patient"}', '', 'line 1', undefined],
    ['<', '', 'line 1', undefined],
  ] as const) {
    const error = refusal(xml)
    assert.is(error.code, 'malformed-xml', xml)
    assert.match(error.message, message, xml)
    assert.match(error.message, place, xml)
    if (expression !== undefined) assert.equal(error.expression, [expression], xml)
  }
})

test('any order is taken where that is asked for, and repeats are still told apart from lists', () => {
  const read = (content: string) =>
    stringifyJson(readXml(`<Patient ${ns}>${content}</Patient>`, r4, { anyOrder: true }))
  assert.is(
    read(
      '<name><given value="a"/><family value="f"/><given id="i"/></name><active value="true"/><name><text value="t"/></name>',
    ),
    '{"resourceType":"Patient","name":[{"given":["a",null],"family":"f","_given":[null,{"id":"i"}]},{"text":"t"}],"active":true}',
  )
  assert.throws(() => read('<active value="true"/><gender value="male"/><active value="true"/>'), /twice/)
})

test('byte order mark, comments, instructions and schemaLocation are no content', () => {
  const xml = `\ufeff<?xml version="1.0"?><?a b?><!-- c --><Patient ${ns} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><!-- d --><?e f?><active value=" true "/></Patient><!-- g -->`
  assert.is(toJson(xml), '{"resourceType":"Patient","active":true}')
})

test('a property that R4 does not know has no place in XML, and is not left out silently', () => {
  for (const [json, expression] of [
    ['{"resourceType":"Patient","name":[{"nick":"x"}]}', 'Patient.name[0].nick'],
    ['{"resourceType":"Foo"}', 'resourceType'],
    ['{"resourceType":"Patient","active":{"a":1}}', 'Patient.active'],
    ['{"resourceType":"Patient","name":["x"]}', 'Patient.name[0]'],
    ['{"resourceType":"Patient","constructor":1}', 'Patient.constructor'],
    ['[]', 'resourceType'],
  ] as const) {
    try {
      toXml(json)
      assert.unreachable(json)
    } catch (error) {
      assert.ok(FhirError.is(error) && error.code === 'not-acceptable', String(error))
      assert.equal(error.expression, [expression])
    }
  }
})

test('hostile documents are refused, or read, in time that grows with their size', () => {
  const patient = (content: string) => `<Patient ${ns}>${content}</Patient>`
  const laughs = `<!DOCTYPE a [<!ENTITY a "ha">${'<!ENTITY b "&a;&a;&a;&a;&a;&a;">'.repeat(9)}]>${patient('&b;')}`
  const began = process.cpuUsage()
  assert.match(refusal(laughs).message, 'DOCTYPE')
  assert.match(refusal(`<!DOCTYPE a SYSTEM "file:///etc/passwd">${patient('')}`).message, 'DOCTYPE')
  assert.match(refusal('<a>'.repeat(500_000)).message, 'namespace')
  const nested = '<contact>'.repeat(200_000)
  refusal(patient(nested))
  const item = `<item><linkId value="a"/>`
  const deep = `<Questionnaire ${ns}>${item.repeat(60)}${'</item>'.repeat(60)}</Questionnaire>`
  assert.match(refusal(deep).message, '100 levels')
  assert.match(refusal(patient(`<text><div ${xhtml}>${'<b>'.repeat(500_000)}`)).message, '100 levels')
  const extensions = '<extension url="a">'.repeat(300_000)
  assert.match(refusal(patient(extensions)).message, '100 levels')
  const siblings = readXml(patient(`<name>${'<given value="a"/>'.repeat(1_000_000)}</name>`), r4)
  assert.is((siblings.name as { given: string[] }[])[0]?.given.length, 1_000_000)
  const long = readXml(patient(`<language value="${'a'.repeat(20_000_000)}"/>`), r4)
  assert.is((long.language as string).length, 20_000_000)
  const attributes = Array.from({ length: 200_000 }, (_, index) => ` a${index}="1"`).join('')
  assert.match(refusal(`<Patient ${ns}${attributes}/>`).message, "attribute 'a0'")
  assert.match(refusal(`<Patient ${ns}${' a="1"'.repeat(200_000)}/>`).message, 'duplicate')
  refusal(`<${'a'.repeat(10_000_000)}`)
  refusal(patient(`<__proto__ value="1"/>`))
  refusal(patient(`<constructor value="1"/>`))
  const { user, system } = process.cpuUsage(began)
  assert.ok(user + system < 20_000_000, `${(user + system) / 1e6} s`)
})

test('what is as deep as JSON may be can be read again', () => {
  const item = '<item><linkId value="a"/>'
  const xml = `<Questionnaire ${ns}>${item.repeat(49)}${'</item>'.repeat(49)}</Questionnaire>`
  assert.ok(parseJson(toJson(xml)))
  assert.match(refusal(xml, 98).message, '98 levels')
})

const withCarriageReturn = /"div":"(?:[^"\\]|\\.)*?\\r/
const orderOfR4 = (json: string) => json.startsWith('{"resourceType"')

test('every official example comes back from XML as the text that it was, digits and order included', () => {
  for (const name of listData('r4-examples')) {
    const { value } = parseJson(readData(name) as string)
    const json = stringifyJson(value)
    const back = toJson(writeXml(json, r4))
    // Some of them list their elements by the alphabet, and one has line ends in narrative that XML has not.
    if (orderOfR4(json) && !withCarriageReturn.test(json)) assert.ok(back === json, name)
    else
      assert.equal(
        JSON.parse(back.replaceAll('\\r\\n', '\\n')),
        JSON.parse(json.replaceAll('\\r\\n', '\\n')),
        name,
      )
  }
})

test('so do the patients of Synthea', () => {
  for (const { name, bytes } of listGzipped('synthea').slice(0, 12)) {
    const json = stringifyJson(parseJson(gunzipSync(bytes).toString('utf8')).value)
    assert.ok(toJson(writeXml(json, r4)) === json, name)
  }
})

test.run()
