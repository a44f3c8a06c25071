import type { CompositeValue, SearchValue } from '@anamnesis/core'
import { hash64, hash64Once } from './hash64.js'
import { referenceForms, tokenForms, unitForms, uriForms } from './hashed-forms.js'
import { stringKey } from './normal-text.js'
import * as keys from './token-keys.js'

/** A row of `search_composite`: lists by component, empty where no component is of their kind. */
export interface CompositeRow {
  readonly param: bigint
  /** Forms of what is hashed, units and exact strings included, filed under the components. */
  readonly tokens: readonly bigint[]
  readonly ranges: readonly ComponentRange[]
  readonly texts: readonly string[]
}

/** Bounds of a date (milliseconds since the epoch), number or quantity; NaN where there is nothing to compare. */
export interface ComponentRange {
  readonly low: number
  readonly high: number
  readonly canonicalLow: number
  readonly canonicalHigh: number
}

const noRange: ComponentRange = {
  low: Number.NaN,
  high: Number.NaN,
  canonicalLow: Number.NaN,
  canonicalHigh: Number.NaN,
}

/** What one value of a component adds to a row. */
interface Part {
  readonly forms: readonly bigint[]
  readonly range?: ComponentRange
  readonly text?: string
}

/** What is stored of a composite value. */
export interface StoredComposite {
  /** One per combination of ranges and strings, so that a row compares one of each component. */
  readonly rows: readonly CompositeRow[]
  /** Forms of the first hashed component: in `resource.tokens` they lead to the resources that have such rows. */
  readonly leading: readonly bigint[]
}

export function storeComposite(parameter: string, { components }: CompositeValue): StoredComposite {
  const hashed: bigint[] = []
  let leading: readonly bigint[] | undefined
  let combinations: (readonly Part[])[] = [[]]
  for (const [position, values] of components.entries()) {
    const parts = values.map((value) => toPart(keys.componentParameter(parameter, position), value))
    if (parts.every(({ range, text }) => range === undefined && text === undefined)) {
      const forms = parts.flatMap((part) => part.forms)
      leading ??= forms
      hashed.push(...forms)
      combinations = combinations.map((chosen) => [...chosen, { forms: [] }])
    } else {
      combinations = combinations.flatMap((chosen) => parts.map((part) => [...chosen, part]))
    }
  }
  const param = hash64(parameter)
  return {
    leading: leading ?? [],
    rows: combinations.map((parts) => ({
      param,
      tokens: [...new Set([...hashed, ...parts.flatMap(({ forms }) => forms)])],
      ranges: parts.some(({ range }) => range) ? parts.map(({ range }) => range ?? noRange) : [],
      texts: parts.some(({ text }) => text !== undefined) ? parts.map(({ text }) => text ?? '') : [],
    })),
  }
}

function toPart(parameter: string, value: SearchValue): Part {
  const hashed = (forms: readonly string[]) => forms.map(hash64)
  switch (value.type) {
    case 'token':
      return { forms: hashed(tokenForms(parameter, value)) }
    case 'reference':
      return { forms: hashed(referenceForms(parameter, value)) }
    case 'uri':
      return { forms: hashed(uriForms(parameter, value.value)) }
    case 'string':
      return {
        forms: [hash64Once(keys.codeKey(parameter, value.value))],
        text: stringKey(value.value),
      }
    case 'date':
    case 'number':
      return { forms: [], range: { ...noRange, low: value.low, high: value.high } }
    case 'quantity': {
      const { low, high, canonical } = value
      return {
        forms: hashed(unitForms(value, parameter)),
        range: {
          low,
          high,
          canonicalLow: canonical?.low ?? Number.NaN,
          canonicalHigh: canonical?.high ?? Number.NaN,
        },
      }
    }
    default:
      throw new TypeError(`a component of ${parameter} has a value of type ${value.type}`)
  }
}
