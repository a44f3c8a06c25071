import * as assert from 'uvu/assert'
import type { Identified } from '../../../testing/conformance/changes.js'
import { Both } from './support.js'

// Where chance would rarely bring an element and a query together that meet at an edge, all are tried with all.

export const prefixes = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']

/** Resources of one type, one for each of the alternatives. */
export function each(resourceType: string, alternatives: readonly object[]): Identified[] {
  return alternatives.map((elements, index) => ({ resourceType, id: `x${index}`, ...elements }) as Identified)
}

/** Every pair that can be made of two lists. */
export function pairs<A, B>(first: readonly A[], second: readonly B[]): (readonly [A, B])[] {
  return first.flatMap((a) => second.map((b) => [a, b] as const))
}

export const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&')

/** Fails where the two differ, and where the queries find nothing or all: such a test would show nothing. */
export async function compare(resources: readonly Identified[], type: string, queries: readonly string[]) {
  const both = await Both.holding([resources])
  let some = 0
  for (const query of queries) {
    const url = `${type}?${query}`
    const found = await both.found(url)
    assert.equal(found, both.naive(url), decodeURIComponent(url))
    if (found.length > 0 && found.length < resources.length) some++
  }
  assert.ok(some > queries.length / 4, `only ${some} of ${queries.length} queries chose anything`)
}

export const encoded = (name: string, values: readonly string[]) =>
  values.map((value) => `${name}=${encodeURIComponent(value)}`)
