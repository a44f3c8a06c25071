import { spanOfDates } from './dates.js'
import { toNumber } from './decimals.js'
import { type Json, textAt } from './json.js'
import { spanOf } from './numbers.js'
import { type PlainParameter, valuedElements } from './parameter.js'
import { parameterOf } from './parameters.js'
import { keyOf } from './references.js'
import type { Known } from './server.js'
import { plainText, textsOf } from './strings.js'
import { codingsOf } from './tokens.js'

// https://hl7.org/fhir/R4/search.html#sort, with what it leaves open decided by `Sort` in search/query.ts

/** Compared item by item: a text as its code points, a number with whether it excludes itself. */
type Key = readonly number[]

/** By the keys of `_sort`, then by age. */
export function inOrder(resources: readonly Known[], sort: readonly string[], baseUrl: string): Known[] {
  return [...resources].sort((a, b) => {
    for (const each of sort) {
      const descending = each.startsWith('-')
      const order = compareBy(a, b, descending ? each.slice(1) : each, descending, baseUrl)
      if (order !== 0) return order
    }
    return a.seq < b.seq ? -1 : 1
  })
}

function compareBy(a: Known, b: Known, name: string, descending: boolean, baseUrl: string): number {
  if (name === '_lastUpdated') return (a.seq < b.seq ? -1 : 1) * (descending ? -1 : 1)
  const [left, right] = [a, b].map((each) => keyOfResource(each, name, descending, baseUrl))
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined)
  return descending ? compareKeys(right, left) : compareKeys(left, right)
}

/** "The lowest when ascending, the highest when descending"; nothing where a resource has no value. */
function keyOfResource(
  { resource, type }: Known,
  name: string,
  descending: boolean,
  baseUrl: string,
): Key | undefined {
  const parameter = parameterOf(type, name)
  if (parameter === undefined || parameter.type === 'composite')
    throw new Error(`no order by ${type}.${name}`)
  const keys = valuedElements(parameter, resource)
    .flatMap((element) => keysOf(element, parameter, baseUrl))
    .sort(compareKeys)
  return descending ? keys.at(-1) : keys[0]
}

function keysOf(element: Json, { type, system }: PlainParameter, baseUrl: string): Key[] {
  switch (type) {
    case 'string':
      return textsOf(element).map((text) => pointsOf(plainText(text)))
    case 'token':
      return codingsOf(element, system).flatMap(({ code }) => (code === undefined ? [] : [pointsOf(code)]))
    case 'uri':
      return [pointsOf(String(element))]
    case 'canonical':
      return [pointsOf(String(element).split('|')[0] ?? '')]
    case 'reference': {
      const url = textAt(element, 'reference')
      const key = keyOf(element, baseUrl) ?? (url?.startsWith('#') ? undefined : url)
      return key === undefined ? [] : [pointsOf(key)]
    }
    case 'date':
      return [[spanOfDates(element)?.[0] ?? Number.NaN]]
    case 'number':
    case 'quantity': {
      const low = spanOf(element)?.low
      return [low?.at ? [toNumber(low.at), Number(low.open)] : [Number.NEGATIVE_INFINITY]]
    }
  }
}

function pointsOf(text: string): Key {
  return [...text].map((character) => character.codePointAt(0) ?? 0)
}

function compareKeys(a: Key, b: Key): number {
  const index = a.findIndex((each, position) => each !== b[position])
  if (index < 0) return a.length - b.length
  return (a[index] ?? 0) - (b[index] ?? Number.NEGATIVE_INFINITY)
}
