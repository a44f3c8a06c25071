import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { validateStructure } from '../../src/validation/structure.js'
import validResources from './valid-resources.json' with { type: 'json' }

const test = suite('validateStructure on mutated resources')

type Path = readonly (string | number)[]

/** The path of every value inside of a JSON value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))]
}

/** A copy of a JSON value in which the value at a path is another. */
function replaceAt(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = replaceAt(copy[key], rest, replacement)
  return copy
}

const place = fc
  .constantFrom(...validResources)
  .chain((resource) =>
    fc.record({ resource: fc.constant(resource as unknown), path: fc.constantFrom(...pathsOf(resource)) }),
  )

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.anything(),
  fc.constantFrom(null, undefined, [], {}, [null], '', Number.NaN, {
    resourceType: 'Patient',
    contained: [{}],
  }),
)

function assertWellFormed(issues: ReturnType<typeof validateStructure>): void {
  for (const issue of issues) {
    assert.ok(issue.details?.text && issue.details.text === issue.diagnostics)
    assert.not.match(issue.details.text, /undefined|\[object|NaN\[/)
    for (const expression of issue.expression ?? [])
      assert.match(expression, /^[A-Za-z_]\w*(\.\w+(\(\w+\))?|\[\d+\])*$/)
  }
}

test('never throws, and says each issue in whole sentences', () => {
  fc.assert(
    fc.property(place, hostile, ({ resource, path }, value) => {
      assertWellFormed(validateStructure(replaceAt(resource, path, value)))
    }),
    { numRuns: 2000 },
  )
})

test('never throws on anything else', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (value) =>
      assertWellFormed(validateStructure(value)),
    ),
  )
})

test('refuses every element under another name', () => {
  fc.assert(
    fc.property(place, ({ resource, path }) => {
      const objects = pathsOf(resource).filter((candidate) => {
        const value = candidate.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], resource)
        return typeof value === 'object' && !Array.isArray(value) && value !== null
      })
      const target = objects[path.length % objects.length] ?? []
      const issues = validateStructure(replaceAt(resource, [...target, 'notAnElement'], 'x'))
      assert.is(issues.length, 1)
      assert.match(issues[0]?.diagnostics ?? '', "has no element 'notAnElement'")
    }),
  )
})

test('refuses every primitive as an object and every complex value as a number', () => {
  fc.assert(
    fc.property(place, ({ resource, path }) => {
      const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], resource)
      const other = typeof value === 'object' && value !== null ? 7 : { a: 1 }
      assert.ok(validateStructure(replaceAt(resource, path, other)).length > 0, path.join('.'))
    }),
  )
})

test.run()
