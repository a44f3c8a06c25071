import { extentOf, spanOfElement, textsOf, tokensOf, urisOf } from './compare.js'
import { type Element, elementsOf, localTarget } from './elements.js'
import { type NaiveParameter, naiveParameter } from './parameters.js'
import { compareTexts, plainText } from './texts.js'
import type { Held } from './world.js'

export interface SortedBy {
  readonly code: string
  readonly descending: boolean
}

type Key = string | number | bigint

/** In the order asked for: what has no value last, ties by the time of writing. */
export function sorted(found: readonly Held[], type: string, by: readonly SortedBy[]): Held[] {
  return [...found].sort((a, b) => {
    for (const { code, descending } of by) {
      const [left, right] = [keyOf(a, type, code, descending), keyOf(b, type, code, descending)]
      if (left === undefined && right === undefined) continue
      if (left === undefined) return 1
      if (right === undefined) return -1
      const order = compareKeys(left, right)
      if (order !== 0) return descending ? -order : order
    }
    return compareKeys(a.seq, b.seq)
  })
}

function keyOf({ resource, seq }: Held, type: string, code: string, descending: boolean): Key | undefined {
  if (code === '_id') return resource.id
  if (code === '_lastUpdated') return seq
  const parameter = naiveParameter(type, code)
  if (!parameter) return undefined
  const keys = elementsOf(resource, parameter)
    .flatMap((element) => keysOf(element, parameter))
    .sort(compareKeys)
  return descending ? keys.at(-1) : keys[0]
}

function keysOf(element: Element, { type }: NaiveParameter): Key[] {
  switch (type) {
    case 'token':
      return tokensOf(element).flatMap(({ code }) => code ?? [])
    case 'string':
      return textsOf(element).map(plainText)
    case 'date':
      return [spanOfElement(element).from]
    case 'number':
    case 'quantity':
      return [extentOf(element).low]
    case 'uri':
      return urisOf(element)
    case 'reference': {
      const { node, source } = element
      if (source.kind === 'canonical') return [node.split('|')[0]]
      const target = localTarget(node)
      if (target) return [`${target.type}/${target.id}`]
      return node.reference === undefined ? [] : [node.reference]
    }
    case 'composite':
      return []
  }
}

function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
