import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConformanceSource } from '../../src/definitions/conformance.js'
import { r4Conformance } from '../../src/definitions/r4-conformance.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { r4Terminology } from '../../src/terminology/bundled.js'
import { grammars } from '../../src/terminology/grammars/grammars.js'
import { createMembership } from '../../src/terminology/membership.js'
import { createChecker } from '../../src/validation/checker.js'
import type { CheckResult } from '../../src/validation/contract.js'
import { validateStructure } from '../../src/validation/structure.js'
import { observation, patient } from '../fixtures/resources.js'
import { dataFolder, jsonFiles } from './data.js'

const test = suite('full validation of what is hostile')

const membership = createMembership({
  definitions: r4Conformance,
  bundled: r4Terminology,
  archives: [],
  grammars,
})
const rethrow = (error: unknown) => {
  throw error
}
const checker = createChecker({ definitions: r4Conformance, membership, onFault: rethrow })

/** Profiles are asked for by URL. */
function checkWith(profiles: readonly unknown[], resource: unknown, onFault?: typeof rethrow): CheckResult {
  const stored: ConformanceSource = {
    find: (type, url) =>
      profiles.find((each) => (each as AnyResource).url === url && type === 'StructureDefinition') as
        | AnyResource
        | undefined,
  }
  const own = createChecker({
    definitions: r4Conformance,
    stored,
    membership,
    ...(onFault ? { onFault } : {}),
  })
  const asked = profiles.map((each) => String((each as AnyResource).url))
  return own.check({ resource: resource as AnyResource, profiles: asked })
}

function texts({ issues }: CheckResult): string[] {
  return issues.map(({ severity, diagnostics }) => `${severity} ${diagnostics}`)
}

/** Checks what passes the structure; the rest never gets this far. */
function check(resource: unknown): CheckResult | undefined {
  if (validateStructure(resource).length > 0) return undefined
  return checker.check({ resource: resource as AnyResource })
}

/** Milliseconds, the best of some. */
function timeOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 2; run++) {
    const began = performance.now()
    work()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

/** Four times the size may take up to ten times as long; quadratic would be sixteen. */
function proportional(make: (size: number) => unknown, size: number): void {
  const [small, large] = [make(size), make(4 * size)] as AnyResource[]
  for (const each of [small, large]) assert.equal(validateStructure(each).slice(0, 1), [])
  const before = timeOf(() => checker.check({ resource: small as AnyResource }))
  const after = timeOf(() => checker.check({ resource: large as AnyResource }))
  assert.ok(after < 10 * before + 100, `${Math.round(before)} ms became ${Math.round(after)} ms`)
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

const folder = dataFolder('r4-examples')
const examples = folder ? [...jsonFiles(folder)].map(({ content }) => content) : [patient, observation]

/** Replaces the node that is `at` steps into a walk of the value. */
function mutate(value: unknown, at: { left: number }, replacement: unknown): unknown {
  if (at.left-- === 0) return replacement
  if (Array.isArray(value)) return value.map((each) => mutate(each, at, replacement))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mutate(each, at, replacement)]))
}

const damage = fc.oneof(
  fc.constantFrom<unknown>('__proto__', 'constructor', 'toString', '#', '#__proto__', 'x', '2024', 0, 1e308),
  fc.constantFrom<unknown>('Patient/constructor', 'urn:uuid:x', 'http://x/Patient/1|', '', true),
  fc.constantFrom<unknown>([{ url: 'constructor', valueString: 'x' }], { extension: [] }, { id: 'x' }, [
    null,
  ]),
)

test('damaged examples never make a rule throw', () => {
  let checked = 0
  const spots = fc.array(fc.tuple(fc.nat(200), damage), { minLength: 1, maxLength: 2 })
  fc.assert(
    fc.property(fc.constantFrom(...(examples as AnyResource[])), spots, (example, replacements) => {
      const { resourceType, ...rest } = example
      let mutated: unknown = rest
      for (const [left, replacement] of replacements)
        mutated = mutate(mutated, { left: left + 1 }, replacement)
      if (check({ ...(mutated as object), resourceType })) checked++
    }),
    { numRuns: 2000 },
  )
  assert.ok(checked > 50, `only ${checked} passed the structure`)
})

test('names of Object.prototype are like any others', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const text = { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><${name}/></div>` }
    check({
      resourceType: 'Patient',
      text,
      meta: { profile: [name] },
      extension: [{ url: name, valueCode: name }],
    })
    check({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: name,
      item: [{ linkId: name }],
    })
    check({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: name, code: name }] },
      subject: { reference: `#${name}` },
    })
    check({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: `urn:x:${name}`, resource: { resourceType: 'Basic', id: 'a', code: { text: name } } },
      ],
    })
  }
})

function nested(depth: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown {
  let value = innermost
  for (let at = 0; at < depth; at++) value = wrap(value)
  return value
}

const extension = (inner: unknown) => ({ url: 'http://x.org/e', extension: [inner] })
const item = (inner: unknown) => ({ linkId: `${Math.random()}`, type: 'group', text: 'x', item: [inner] })
const leaf = { linkId: 'leaf', type: 'display', text: 'x' }

test('depth is checked, or said to be too much', () => {
  for (const depth of [300, 600]) {
    const resources = [
      {
        resourceType: 'Patient',
        extension: [nested(depth, extension, { url: 'http://x', valueString: 'x' })],
      },
      { resourceType: 'Questionnaire', status: 'draft', item: [nested(depth, item, leaf)] },
    ]
    for (const resource of resources) {
      const result = checker.check({ resource: resource as AnyResource })
      assert.ok(Array.isArray(result.issues))
    }
  }
})

test('a stack that overflows is an issue', () => {
  const resource = { resourceType: 'Patient', extension: [nested(20_000, extension, { url: 'http://x' })] }
  const { issues } = checker.check({ resource: resource as unknown as AnyResource })
  const found = issues.find(({ code }) => code === 'too-long')
  assert.is(found?.severity, 'error')
  assert.match(String(found?.diagnostics), /nested too deeply/)
})

const growing: Record<string, readonly [number, (size: number) => unknown]> = {
  codings: [
    10_000,
    (size) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: times(size, (at) => ({ system: 'http://loinc.org', code: `${at}` })) },
    }),
  ],
  extensions: [
    2000,
    (size) => ({
      resourceType: 'Patient',
      extension: times(size, () => ({ url: 'http://x/e', valueCode: 'x' })),
    }),
  ],
  'entries with references': [
    1000,
    (size) => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: times(size, (at) => ({
        fullUrl: `http://x.org/Patient/${at}`,
        resource: {
          resourceType: 'Patient',
          id: `${at}`,
          link: [{ type: 'seealso', other: { reference: `Patient/${(at + 1) % size}` } }],
        },
      })),
    }),
  ],
  'contained resources': [
    500,
    (size) => ({
      resourceType: 'Patient',
      contained: times(size, (at) => ({ resourceType: 'Organization', id: `o${at}`, name: 'x' })),
      generalPractitioner: times(size, (at) => ({ reference: `#o${at}` })),
    }),
  ],
  narrative: [
    5000,
    (size) => ({
      resourceType: 'Patient',
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">${'<p id="x">&amp; a</p>'.repeat(size)}</div>`,
      },
    }),
  ],
  'items of a questionnaire': [
    1000,
    (size) => ({
      resourceType: 'Questionnaire',
      status: 'draft',
      item: times(size, (at) => ({
        linkId: `${at}`,
        type: 'boolean',
        text: 'x',
        ...(at > 0 ? { enableWhen: [{ question: `${at - 1}`, operator: '=', answerBoolean: true }] } : {}),
      })),
    }),
  ],
  'items of an answered questionnaire': [
    1000,
    (size) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      item: times(size, (at) => ({ linkId: `${at}`, answer: [{ valueString: 'x' }] })),
    }),
  ],
  'concepts of a code system': [
    1000,
    (size) => ({
      resourceType: 'CodeSystem',
      url: 'http://x.org/cs',
      status: 'draft',
      content: 'complete',
      concept: times(size, (at) => ({ code: `${at}` })),
    }),
  ],
}

for (const [name, [size, make]] of Object.entries(growing)) {
  test(`${name} take time in proportion`, () => proportional(make, size))
}

const profileOf = (name: string, more: object) => ({
  resourceType: 'StructureDefinition',
  url: `http://x.org/${name}`,
  name,
  status: 'draft',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  derivation: 'constraint',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  ...more,
})

test('regular expressions that backtrack without end are given up', () => {
  const human = `${'a'.repeat(5000)}!`
  const expressions = ["matches('^(a+)+$')", "matches('^(a|aa)+$')", "matchesFull('a*a*a*a*a*a*b')"]
  const constraint = [
    ...expressions,
    ...expressions.map((each) => `replaceMatches('(a*)*c', '').${each}`),
    // Left to the package, which knows `defineVariable`.
    "defineVariable('x').select($this.matches('^(a+)+$'))",
  ].map((call, at) => ({ key: `k-${at}`, severity: 'error', human: 'x', expression: `family.${call}` }))
  const profile = profileOf('slow', {
    differential: { element: [{ path: 'Patient' }, { path: 'Patient.name', constraint }] },
  })
  const began = performance.now()
  checkWith([profile], { resourceType: 'Patient', name: times(100, () => ({ family: human })) }, rethrow)
  assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`)
})

test('expressions that never end are given up', () => {
  const constraint = ["repeat($this & 'a').exists()", 'repeat($this + 1).exists()'].map((call, at) => ({
    key: `k-${at}`,
    severity: 'error',
    human: 'x',
    expression: `${at === 0 ? 'gender' : 'name.count()'}.${call}`,
  }))
  const profile = profileOf('endless', { differential: { element: [{ path: 'Patient', constraint }] } })
  const began = performance.now()
  checkWith([profile], { resourceType: 'Patient', gender: 'male' }, rethrow)
  assert.ok(performance.now() - began < 5000)
})

test('profiles in circles are said to be unusable, or end', () => {
  const url = 'http://x.org/circle'
  const other = 'http://x.org/other'
  const circles = [
    [profileOf('circle', { baseDefinition: url })],
    [profileOf('circle', { baseDefinition: other }), profileOf('other', { baseDefinition: url })],
    [
      profileOf('circle', {
        differential: {
          element: [
            { path: 'Patient' },
            { path: 'Patient.contained', type: [{ code: 'Resource', profile: [url] }] },
            { path: 'Patient.contained.contained.contained', min: 1 },
            { path: 'Patient.link.other', type: [{ code: 'Reference', targetProfile: [url] }] },
          ],
        },
      }),
    ],
    [
      profileOf('circle', {
        differential: {
          element: [
            { path: 'Patient' },
            {
              path: 'Patient.link',
              slicing: { discriminator: [{ type: 'profile', path: 'other.resolve()' }], rules: 'closed' },
            },
            { path: 'Patient.link', sliceName: 'a' },
            { path: 'Patient.link.other', type: [{ code: 'Reference', targetProfile: [url] }] },
            { path: 'Patient.link', sliceName: 'a/a' },
            { path: 'Patient.link', sliceName: 'a/a/a' },
          ],
        },
      }),
    ],
  ]
  const resource = {
    resourceType: 'Patient',
    contained: [{ resourceType: 'Patient', id: 'a', link: [{ type: 'seealso', other: { reference: '#' } }] }],
    link: [{ type: 'seealso', other: { reference: '#a' } }],
  }
  for (const profiles of circles) checkWith(profiles, resource, rethrow)
  assert.match(texts(checkWith(circles[0] ?? [], resource)).join(' '), /cannot be used/)
})

test('a profile with rubbish in any of its fields never ends a check, nor counts as an error of the resource', () => {
  const sound = profileOf('rubbish', {
    differential: {
      element: [
        {
          id: 'Patient',
          path: 'Patient',
          constraint: [{ key: 'a', severity: 'error', human: 'x', expression: 'true' }],
        },
        {
          id: 'Patient.name',
          path: 'Patient.name',
          slicing: { discriminator: [{ type: 'value', path: 'use' }], rules: 'open' },
        },
        { id: 'Patient.name:a', path: 'Patient.name', sliceName: 'a', min: 0, max: '*' },
        { id: 'Patient.name:a.use', path: 'Patient.name.use', fixedCode: 'official' },
        {
          id: 'Patient.gender',
          path: 'Patient.gender',
          binding: { strength: 'required', valueSet: 'http://x' },
        },
        {
          id: 'Patient.generalPractitioner',
          path: 'Patient.generalPractitioner',
          type: [{ code: 'Reference', targetProfile: ['http://x.org/rubbish'] }],
        },
      ],
    },
  })
  const resource = {
    resourceType: 'Patient',
    gender: 'male',
    name: [{ use: 'official', family: 'x' }, { text: 'y' }],
    generalPractitioner: [{ reference: 'Practitioner/1' }],
  }
  const rubbish = fc.oneof(
    fc.constantFrom<unknown>(null, 0, '', 'x', '__proto__', 'Patient', [], {}, [null], [[]], 'a.b.c', '('),
    fc.jsonValue({ maxDepth: 2 }),
  )
  fc.assert(
    fc.property(fc.nat(80), rubbish, (left, replacement) => {
      const damaged = { ...(mutate(sound, { left: left + 1 }, replacement) as object), url: sound.url }
      const { issues } = checkWith([damaged], resource)
      assert.ok(!issues.some(({ code, severity }) => code === 'exception' && severity === 'error'))
    }),
    { numRuns: 1000 },
  )
})

test('a fault of a rule is a warning without its words, and is told to the server', () => {
  const told: unknown[] = []
  const trap: ConformanceSource = {
    find: () => {
      throw new TypeError('secret words')
    },
  }
  const own = createChecker({
    definitions: r4Conformance,
    stored: trap,
    membership,
    onFault: (error) => told.push(error),
  })
  const result = own.check({ resource: { resourceType: 'Patient' }, profiles: ['http://x.org/p'] })
  assert.is(told.length, 1)
  assert.match(texts(result).join('\n'), /^warning Patient: the checks of shapes ended early/m)
  assert.not.match(texts(result).join('\n'), /secret/)
})

test.run()
