import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { r4 } from '../../../src/definitions/r4.js'
import { writeXml } from '../../../src/definitions/xml/write-xml.js'
import { damagedJson, mutated } from './mutate.js'
import { marker, nastyText } from './pools.js'
import { bodies } from './resources.js'
import type { WireRequest } from './wire.js'

/** A hostile request; `kind` tells what it tries. */
export interface HostileRequest extends WireRequest {
  readonly kind: string
}

interface Plain {
  readonly kind: string
  readonly method: string
  /** Below the base; what is not ASCII goes as raw UTF-8 bytes. */
  readonly target: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Buffer
}

const latin = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
const headerText = (text: string) => latin(text).replace(/[\0\r\n]/g, '')

function wire(base: string, { kind, method, target, headers = [], body }: Plain): HostileRequest {
  const path = latin(target).replace(
    /[\0 \r\n\t]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  const sent = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines = [
    `${method} ${base}/${path} HTTP/1.1`,
    ...(sent.has('host') ? [] : ['Host: localhost']),
    ...headers.map(([name, value]) => `${name}: ${headerText(value)}`),
    ...(body === undefined || sent.has('content-length') || sent.has('transfer-encoding')
      ? []
      : [`Content-Length: ${body.length}`]),
    'Connection: close',
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return { kind, bytes: body === undefined ? head : Buffer.concat([head, body]), head: method === 'HEAD' }
}

const type = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Patient', 'Observation', 'Bundle', 'Binary', 'Encounter') },
  { weight: 1, arbitrary: fc.constantFrom(...r4.resourceTypes) },
)
const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('p1', 'p2', 'o1', 'b1', 'never', 'e1') },
  { weight: 1, arbitrary: nastyText },
)
const encoded = nastyText.map((text) => encodeURIComponent(text.toWellFormed()))
const method = fc.constantFrom(
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'SEARCH',
)

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(type, id) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '_history',
      '_search',
      '$everything',
      '$validate',
      '$',
      '*',
      'metadata',
      '',
      '.',
      '..',
      '1',
      '0',
      '-1',
      '2147483648',
      '9999999999',
      '%',
      '%2',
      '%00',
      '%2f',
      '%252f',
      '%ff',
      '%c0%ae',
      '__proto__',
      'constructor',
    ),
  },
  { weight: 2, arbitrary: fc.oneof(encoded, nastyText) },
)
const path = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'))

const pathRequest = fc.record({
  kind: fc.constant('path'),
  method,
  target: fc
    .tuple(
      path,
      fc.oneof(
        fc.constant(''),
        encoded.map((text) => `?${text}`),
      ),
    )
    .map((parts) => parts.join('')),
})

const codes = new Map(r4.resourceTypes.map((name) => [name, [...r4.searchParameters(name).keys()]]))
const modifier = fc.constantFrom(
  '',
  '',
  '',
  '',
  ':missing',
  ':exact',
  ':contains',
  ':not',
  ':text',
  ':of-type',
  ':identifier',
  ':below',
  ':above',
  ':in',
  ':Patient',
  ':Device',
  ':x',
  ':',
  '::',
  '.name',
  '.identifier',
  ':Patient.name',
  ':Patient.general-practitioner.name',
  '.',
  '.subject.subject.subject.subject.subject.subject.subject',
  '.__proto__',
)
const special = fc.constantFrom(
  '_count',
  '_page',
  '_since',
  '_at',
  '_include',
  '_revinclude',
  '_include:iterate',
  '_revinclude:iterate',
  '_sort',
  '_total',
  '_summary',
  '_elements',
  '_contained',
  '_containedType',
  '_format',
  '_pretty',
  '_type',
  '_id',
  '_lastUpdated',
  '_tag',
  '_profile',
  '_security',
  '_text',
  '_content',
  '_list',
  '_filter',
  '_query',
  'near',
  '_has',
  '_has:',
  '_has:Observation:subject:code',
  '_has:Observation:patient:_has:Provenance:target:recorded',
  '_has:::',
  '_has:x:y',
  `${'_has:Observation:subject:'.repeat(20)}code`,
  '__proto__',
  'constructor',
  'toString',
  '',
)
const value = fc.oneof(
  { weight: 4, arbitrary: encoded },
  { weight: 1, arbitrary: nastyText.map((text) => text.replace(/[&#]/g, '')) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      marker,
      'true',
      'Patient/p1',
      'p1',
      'http://localhost/fhir/Patient/p1',
      'Patient/p1/_history/1',
      'urn:x|y',
      '|',
      '|x',
      'x|',
      'a|b|c',
      'eq2024-01',
      'gt2024-01-01T10:00:00Z',
      'lt9999',
      'ap2024',
      'ge0000',
      '5.4|http://unitsofmeasure.org|mg',
      '5.4||mg',
      'lt1e400',
      '1e999999999',
      '-0',
      '*',
      'Patient:*',
      '*:*',
      'Patient:link',
      'Patient:link:Patient',
      'Observation:subject:Device',
      'Patient:nope',
      '-_lastUpdated',
      'birthdate,-birthdate,name',
      'name,name',
      '-',
      'xml',
      'ttl',
      'application/fhir+json',
      'text/html',
      'count',
      'text',
      'data',
      'none',
      'accurate',
      'id,name.family',
      'a$b',
      'a$b$c',
      '8867-4$gt1',
      'a\\,b',
      '\\',
      '-3.7|40.4|10|km',
    ),
  },
)
const pair = (codesOfType: readonly string[]) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...codesOfType) },
        { weight: 2, arbitrary: special },
        { weight: 1, arbitrary: encoded },
      ),
      modifier,
      value,
    )
    .map(([name, changed, given]) => `${name}${changed}=${given}`)

const query = type.chain((name) =>
  fc.tuple(
    fc.constant(name),
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .array(pair(codes.get(name) as string[]), { maxLength: 5 })
          .map((pairs) => pairs.join('&')),
      },
      { weight: 1, arbitrary: longQuery },
    ),
  ),
)
const longQuery = fc.constantFrom(
  Array.from({ length: 3000 }, (_, n) => `a${n}=b`).join('&'),
  `name=${'x,'.repeat(3000)}x`,
  `_id=${Array.from({ length: 900 }, (_, n) => `id${n}`).join(',')}`,
  `name${'.name'.repeat(500)}=x`,
  `subject${'.subject'.repeat(4)}=x`,
  `patient${'.link'.repeat(4)}.name=x`,
  '&'.repeat(5000),
  'name='.repeat(1000),
  `name=${'\\'.repeat(3001)}`,
  `_elements=${'a,'.repeat(3000)}a`,
  `_sort=${'-name,'.repeat(2000)}name`,
  `${'x'.repeat(8000)}=1`,
  `_include=${'Patient:link:'.repeat(300)}`,
)
const place = fc.constantFrom('', '', '', '/_history', '/p1/_history', '/p1/Observation', '/p1/*', '/p1')

const searchRequest = fc
  .tuple(query, place, fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'DELETE', 'PUT', 'PATCH'))
  .map(([[name, text], at, how]): Plain => ({ kind: 'search', method: how, target: `${name}${at}?${text}` }))
const systemSearch = fc
  .tuple(query, fc.constantFrom('', '_history', 'metadata'))
  .map(([[, text], at]): Plain => ({ kind: 'system', method: 'GET', target: `${at}?${text}` }))
const formRequest = fc
  .tuple(
    query,
    fc.constantFrom(
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded; charset=utf-16',
      'multipart/form-data; boundary=x',
      'application/json',
    ),
  )
  .map(
    ([[name, text], kind]): Plain => ({
      kind: 'form',
      method: 'POST',
      target: `${name}/_search`,
      headers: [['Content-Type', kind]],
      body: Buffer.from(text),
    }),
  )

const headerName = fc.constantFrom(
  'If-Match',
  'If-None-Match',
  'If-None-Exist',
  'If-Modified-Since',
  'Prefer',
  'Accept',
  'Accept-Encoding',
  'Accept-Charset',
  'Accept-Language',
  'Content-Type',
  'Content-Encoding',
  'Host',
  'X-Request-Id',
  'Origin',
  'Access-Control-Request-Method',
  'Access-Control-Request-Headers',
  'Authorization',
  'Cookie',
  'Expect',
  'Upgrade',
  'TE',
  'Trailer',
  'Range',
  'If-Range',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'Forwarded',
  'X-Http-Method-Override',
  'X-Security-Context',
  '__proto__',
  'constructor',
)
const headerValue = fc.oneof(
  nastyText,
  fc.constantFrom(
    'W/"1"',
    '"1"',
    'W/"',
    '*',
    '"*"',
    'W/"1", W/"2"',
    'W/"99999999999"',
    'identifier=urn:mrn|1',
    'Patient?identifier=x',
    'identifier=%ff',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'never',
    'return=minimal',
    'return=representation; handling=strict',
    'return=OperationOutcome',
    'respond-async',
    'handling="strict',
    'application/fhir+xml',
    'application/fhir+json;q=0',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    '*/*;q=0',
    ';;;',
    'application/json;q=abc',
    'gzip;q=0, identity;q=0',
    'br;q=1.0, gzip;q=0.5',
    '*;q=0',
    'gzip, gzip',
    'compress',
    '100-continue',
    'websocket',
    'h2c',
    'bytes=0-10',
    'evil.example\\@x',
    '[::1]:99999',
    'a:b:c',
    'javascript',
    '1, 2, 3',
    'application/fhir+json; charset=utf-16',
    'application/fhir+json; charset="',
    'application/json-patch+json',
    'multipart/form-data',
  ),
)
const resourceBody = damagedJson(mutated(bodies.resources))
const headerRequest = fc
  .tuple(
    fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    fc.constantFrom(
      'Patient/p1',
      'Patient',
      'Patient?_id=p1',
      'metadata',
      'Binary/b1',
      'Binary',
      'Patient/p1/_history/1',
      '',
    ),
    fc.array(fc.tuple(headerName, headerValue), { minLength: 1, maxLength: 5 }),
    resourceBody,
  )
  .map(
    ([how, target, headers, body]): Plain => ({
      kind: 'header',
      method: how,
      target,
      headers,
      ...(['POST', 'PUT', 'PATCH'].includes(how) ? { body } : {}),
    }),
  )
const manyHeaders = fc.constantFrom(50, 1000, 3000).map(
  (count): Plain => ({
    kind: 'header',
    method: 'GET',
    target: 'metadata',
    headers: Array.from({ length: count }, (_, n) => [`X-${n}`, 'y'] as const),
  }),
)

const json = (
  method: string,
  target: fc.Arbitrary<string>,
  body: fc.Arbitrary<Buffer>,
  contentType = 'application/fhir+json',
) =>
  fc
    .tuple(
      target,
      body,
      fc.constantFrom<[string, string][]>(
        [],
        [],
        [['Prefer', 'return=OperationOutcome']],
        [['Prefer', 'return=minimal']],
        [['If-Match', 'W/"1"']],
        [['If-None-Exist', 'identifier=a|b']],
      ),
    )
    .map(
      ([at, bytes, extra]): Plain => ({
        kind: method === 'PATCH' ? 'patch' : 'body',
        method,
        target: at,
        headers: [['Content-Type', contentType], ...extra],
        body: bytes,
      }),
    )

const typeOf = (body: Buffer) =>
  /"resourceType":"([A-Za-z]+)"/.exec(body.toString('latin1'))?.[1] ?? 'Patient'
const creates = json('POST', fc.constant(''), resourceBody).map((plain) => ({
  ...plain,
  target: typeOf(plain.body as Buffer),
}))
const updates = fc.tuple(json('PUT', fc.constant(''), resourceBody), id).map(([plain, at]) => ({
  ...plain,
  target: `${typeOf(plain.body as Buffer)}/${encodeURIComponent(at.toWellFormed())}`,
}))
const bundles = json(
  'POST',
  fc.constantFrom('', '', '', 'Bundle', '?_pretty=true'),
  damagedJson(mutated(bodies.bundles)),
).map((plain) => ({ ...plain, kind: 'bundle' }))
const patchTarget = fc.constantFrom(
  'Patient/p1',
  'Patient/p1',
  'Patient/p2',
  'Patient?_id=p1',
  'Observation/o1',
  'Patient/never',
)
const patches = fc.oneof(
  json('PATCH', patchTarget, damagedJson(mutated(bodies.jsonPatches)), 'application/json-patch+json'),
  json('PATCH', patchTarget, damagedJson(mutated(bodies.fhirPathPatches))),
)
const operations = json(
  'POST',
  fc.constantFrom('$validate', 'Patient/$everything', 'Patient/p1/$x', 'Patient/_search', '$', '_search'),
  resourceBody,
)

const fragments = [
  '<',
  '>',
  '"',
  '&a;',
  '&#0;',
  ']]>',
  '<![CDATA[x]]>',
  '<!-- -- -->',
  '<?xml version="1.0"?>',
  '<!DOCTYPE a [<!ENTITY a "&a;&a;">]>',
  '</div>',
  '<div xmlns="http://www.w3.org/1999/xhtml">',
  '<extension url="a">',
  ' xmlns=""',
  ' xmlns:xmlns="a"',
  '<item>'.repeat(2000),
  '\u0001',
  '\ud800',
  '\ufeff',
]

/** A resource in XML with a piece of something else in it, or cut off. */
const xmlBody = fc
  .tuple(
    resourceBody,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom('', ...fragments),
    fc.boolean(),
  )
  .map(([bytes, at, fragment, cut]) => {
    let text = '<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>'
    try {
      text = writeXml(bytes.toString('utf8'), r4)
    } catch {
      // Most that is no resource has no XML either.
    }
    const place = Math.floor(at * text.length)
    return Buffer.from(text.slice(0, place) + fragment + (cut ? '' : text.slice(place)))
  })
const inXml = fc.oneof(
  json(
    'POST',
    fc.constantFrom('Patient', 'Observation', 'Binary', '', '$validate'),
    xmlBody,
    'application/fhir+xml',
  ),
  json('PUT', fc.constantFrom('Patient/p1', 'Observation/o1'), xmlBody, 'text/xml'),
  json('PATCH', patchTarget, xmlBody, 'application/fhir+xml'),
)

const zeros = Buffer.alloc(20 * 1024 * 1024, 32)
const bombs = new Map<string, Buffer>([
  ['gzip', gzipSync(zeros)],
  ['br', brotliCompressSync(zeros.subarray(0, 8 * 1024 * 1024))],
  ['deflate', deflateSync(zeros)],
])
const compressed = fc
  .tuple(
    fc.constantFrom('gzip', 'br', 'deflate', 'x-gzip', 'zstd', 'gzip, gzip', 'identity', ''),
    fc.constantFrom('right', 'cut', 'plain', 'flip', 'bomb'),
    resourceBody,
    fc.nat(),
  )
  .map(([encoding, how, body, at]): Plain => {
    const packed =
      encoding === 'br'
        ? brotliCompressSync(body)
        : encoding === 'deflate'
          ? deflateSync(body)
          : gzipSync(body)
    const flipped = Buffer.from(packed)
    flipped[at % flipped.length] = (flipped[at % flipped.length] as number) ^ 0x5a
    const bytes = {
      right: packed,
      cut: packed.subarray(0, packed.length - 1 - (at % packed.length)),
      plain: body,
      flip: flipped,
      bomb: bombs.get(encoding) ?? packed,
    }[how] as Buffer
    return {
      kind: 'compressed',
      method: 'POST',
      target: 'Patient',
      headers: [
        ['Content-Type', 'application/fhir+json'],
        ['Content-Encoding', encoding],
      ],
      body: bytes,
    }
  })

/** Requests that no client library would send. */
const raw = (base: string) =>
  fc.tuple(fc.constantFrom(...rawTexts(base)), fc.boolean()).map(([text, cut]): HostileRequest => {
    const bytes = Buffer.from(text, 'latin1')
    return {
      kind: 'raw',
      bytes: cut ? bytes.subarray(0, Math.max(1, Math.floor(bytes.length * 0.7))) : bytes,
      hangUpAfter: 60,
    }
  })

function rawTexts(base: string): string[] {
  const post = `POST ${base}/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n`
  return [
    'GET\r\n\r\n',
    '\0\0\0\0',
    'GET / HTTP/9.9\r\n\r\n',
    `GET ${base}/metadata HTTP/1.0\r\n\r\n`,
    `GET ${base}/metadata HTTP/1.1\r\n\r\n`,
    `get ${base} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET http://evil.example${base}/metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    `GET ${base}/Patient HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`,
    `GET ${base}/Patient HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n`,
    `GET ${base}/Patient HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n`,
    `GET ${base}/Patient HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n`,
    `GET ${base}/Patient HTTP/1.1\nHost: x\n\n`,
    `GET ${base}/Patient\0 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET ${base}/Pat ient HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET ${base}/metadata HTTP/1.1\r\nHost: x\r\nX-Big: ${'y'.repeat(200_000)}\r\n\r\n`,
    `GET ${base}/${'x'.repeat(30_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    `GET ${base}/${'x'.repeat(300_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `${post}Content-Length: 1000\r\n\r\n{"resourceType":`,
    `${post}Content-Length: -5\r\n\r\n{}`,
    `${post}Content-Length: 1e3\r\n\r\n{}`,
    `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    `${post}Content-Length: 999999999999\r\n\r\n{}`,
    `${post}Content-Length: 99999999999999999999999\r\n\r\n{}`,
    `${post}Content-Length: 2\r\nConnection: close\r\n\r\n{}{}{}{}`,
    `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2;ext=${'e'.repeat(30_000)}\r\n{}\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: identity\r\n\r\n{}`,
    `${post}Transfer-Encoding: chunked\r\nTrailer: X\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n5\r\nhello\r\n`,
    `${post}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\x1f\x8b\x08\0\0\0\0\0`,
    `${post}Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    `${post}Expect: 200-ok\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    `GET ${base}/metadata HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    `GET ${base}/metadata HTTP/1.1\r\nHost: x\r\n\r\nGET ${base}/Patient/p1 HTTP/1.1\r\nHost: x\r\n\r\ngarbage`,
    `GET ${base}/Patient/p1 HTTP/1.1\r\nHost: x\r\nX-Slow: `,
    `POST ${base}/Patient HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\rb\nc\r\n\r\n`,
  ]
}

/** Hostile requests below a base path; the same seed gives the same ones. */
export function hostileRequests(base: string, count: number, seed: number): HostileRequest[] {
  const plain = (arbitrary: fc.Arbitrary<Plain>) => arbitrary.map((request) => wire(base, request))
  const all = fc.oneof(
    { weight: 14, arbitrary: plain(pathRequest) },
    { weight: 24, arbitrary: plain(searchRequest) },
    { weight: 4, arbitrary: plain(systemSearch) },
    { weight: 6, arbitrary: plain(formRequest) },
    { weight: 12, arbitrary: plain(headerRequest) },
    { weight: 8, arbitrary: plain(inXml) },
    { weight: 1, arbitrary: plain(manyHeaders) },
    { weight: 9, arbitrary: plain(creates) },
    { weight: 7, arbitrary: plain(updates) },
    { weight: 12, arbitrary: plain(bundles) },
    { weight: 8, arbitrary: plain(patches) },
    { weight: 2, arbitrary: plain(operations) },
    { weight: 2, arbitrary: plain(compressed) },
    { weight: 5, arbitrary: raw(base) },
  )
  return fc.sample(all, { numRuns: count, seed })
}
