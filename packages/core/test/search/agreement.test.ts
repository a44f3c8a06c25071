import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fhirpath from 'fhirpath'
import model from 'fhirpath/fhir-context/r4'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { r4 } from '../../src/definitions/r4.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { createSelector } from '../../src/search/extract/compiled.js'
import { observation, patient } from '../fixtures/resources.js'

const test = suite('compiled expressions and the fhirpath engine')

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = path.join(process.env.ANAMNESIS_DATA ?? path.join(root, '../shared/data'), 'r4-examples')

/**
 * R4 writes `as` for what FHIRPath later called `ofType` (`as` refuses more than one item), and this engine cannot
 * resolve references, so both are said in other words for it.
 */
function inOtherWords(expression: string): string {
  return expression
    .replace(/resolve\(\) is (\w+)/g, "refersTo('$1')")
    .replace(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)')
    .replace(/\.as\((\w+)\)/g, '.ofType($1)')
}

/** The engine hands over a wrapped node or the JSON itself. */
interface ReferenceNode {
  readonly data?: ReferenceNode
  readonly reference?: string
  readonly type?: string
}

let current: AnyResource = patient
const userInvocationTable = {
  refersTo: {
    arity: { 1: ['String' as const] },
    fn: (nodes: ReferenceNode[], type: string) =>
      nodes.map((node) => {
        const data = node.data ?? node
        const reference = data.reference ?? ''
        const contained = (current.contained ?? []) as AnyResource[]
        const inside = contained.find((each) => `#${each.id}` === reference)
        if (inside) return inside.resourceType === type
        return new RegExp(`(^|/)${type}/[^/]+(/_history/.*)?$`).test(reference) || data.type === type
      }),
  },
}

interface Pair {
  engine(resource: AnyResource): unknown[]
  compiled(resource: AnyResource): unknown[]
}

const pairs = new Map<string, Pair>()

function pairFor(type: string, expression: string): Pair {
  const key = `${type} ${expression}`
  let pair = pairs.get(key)
  if (!pair) {
    const engine = fhirpath.compile(inOtherWords(expression), model, { userInvocationTable } as never)
    pair = {
      engine: (resource) => engine(resource) as unknown[],
      compiled: createSelector(r4, type, expression),
    }
    pairs.set(key, pair)
  }
  return pair
}

/** A union in FHIRPath drops equal nodes; the compiler leaves that to the values. */
function distinct(nodes: readonly unknown[]): string[] {
  return [...new Set(nodes.map((node) => JSON.stringify(node)))].sort()
}

function compare(resource: AnyResource, name: string): number {
  current = resource
  let compared = 0
  for (const { code, expression } of r4.searchParameters(resource.resourceType).values()) {
    if (expression === undefined) continue
    const { engine, compiled } = pairFor(resource.resourceType, expression)
    assert.equal(distinct(compiled(resource)), distinct(engine(resource)), `${name}: ${code} ${expression}`)
    compared++
  }
  return compared
}

test('select the same nodes of the resources in this repository', () => {
  assert.ok(compare(patient, 'patient') + compare(observation, 'observation') > 60)
})

// The engine takes decimals that differ by less than 1e-8 for equal, so its unions lose some of this example's.
const unequal = ['Observation-decimal.json']

if (existsSync(folder)) {
  test('select the same nodes of every official R4 example, for every search parameter', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !unequal.includes(file))
    let compared = 0
    for (const file of files) {
      compared += compare(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as AnyResource, file)
    }
    assert.ok(files.length > 500 && compared > 10_000, `${files.length} files, ${compared} comparisons`)
  })
} else {
  test.skip(`select the same nodes of every official R4 example (no ${folder})`, () => {})
}

test.run()
