import {
  type DateValue,
  normalizeString,
  type QuantityValue,
  type ReferenceValue,
  type SearchValue,
  type TokenValue,
} from '@anamnesis/core'
import { hash64, hash64Once } from './hash64.js'
import { promotionOf, systemRank } from './promoted.js'
import * as keys from './token-keys.js'

/** What is stored of a resource's search values: columns of its own row, and side rows. */
export interface IndexRow {
  readonly date: number | null
  readonly dateEnd: number | null
  readonly code: bigint | null
  readonly codeFull: bigint | null
  readonly quantity: number | null
  readonly units: readonly bigint[]
  readonly tokens: readonly bigint[]
  readonly strings: readonly StringRow[]
  readonly dates: readonly DateRow[]
  readonly quantities: readonly QuantityRow[]
  readonly codes: readonly CodeRow[]
}

interface StringRow {
  readonly param: bigint
  /** Normalised for strings, as written for uris; cut to `indexedLength`. */
  readonly value: string
  /** Hash of the text as written, for `:exact`. */
  readonly exact: bigint
}

interface DateRow {
  readonly param: bigint
  readonly low: number
  readonly high: number
}

/** A quantity, or a number, which has no units. */
interface QuantityRow {
  readonly param: bigint
  readonly low: number
  readonly high: number
  readonly units: readonly bigint[]
}

/** A coding of the promoted code parameter beside the preferred one. */
interface CodeRow {
  readonly code: bigint
  readonly codeFull: bigint
  /** No earlier coding of the resource has the same code, so a search without system finds it by this row. */
  readonly first: boolean
}

/** Texts are compared up to this length (UTF-16 units), which any index can hold. */
export const indexedLength = 512

export function stringKey(text: string): string {
  return cut(normalizeString(text))
}

/** PostgreSQL's text holds no NUL. */
export function cut(text: string): string {
  return text.replaceAll('\0', '').slice(0, indexedLength)
}

/** Parameters that columns answer: `_id` by the id, `_lastUpdated` by `seq`. */
const unstored = new Set(['_id', '_lastUpdated', '_text', '_content'])

/** Turns search values into what the tables hold. */
export function toIndexRow(type: string, values: readonly SearchValue[]): IndexRow {
  const builder = new IndexRowBuilder(type)
  for (const value of values) builder.add(value)
  return builder.finish()
}

class IndexRowBuilder {
  readonly #type: string
  readonly #promotion: ReturnType<typeof promotionOf>
  readonly #tokens = new Set<bigint>()
  readonly #strings = new Map<string, StringRow>()
  readonly #dates = new Map<string, DateRow>()
  readonly #quantities: QuantityRow[] = []
  readonly #codings: TokenValue[] = []
  #date: number | null = null
  #dateEnd: number | null = null
  #quantity: number | null = null
  #units: readonly bigint[] = []

  constructor(type: string) {
    this.#type = type
    this.#promotion = promotionOf(type)
  }

  add(value: SearchValue): void {
    const { param } = value
    if (
      unstored.has(param) ||
      value.type === 'composite' ||
      value.type === 'words' ||
      this.#promotion.unions?.[param]
    )
      return
    const parameter = keys.parameterKey(this.#type, param)
    this.#tokens.add(hash64(keys.presenceKey(parameter)))
    switch (value.type) {
      case 'token':
        if (param === this.#promotion.code && value.code !== undefined) this.#codings.push(value)
        this.#addToken(parameter, value)
        break
      case 'reference':
        this.#addReference(parameter, value)
        break
      case 'string':
        this.#addString(parameter, stringKey(value.value), value.value)
        break
      case 'uri':
        this.#addUri(parameter, value.value)
        break
      case 'date':
        this.#addDate(parameter, value)
        break
      case 'number':
        this.#quantities.push({ param: hash64(parameter), low: value.low, high: value.high, units: [] })
        break
      case 'quantity':
        this.#addQuantity(parameter, value)
        break
      // Composites of the whole resource are asked of their components; the others and positions are not searched yet.
    }
  }

  finish(): IndexRow {
    const codings = this.#codings
      .map((value) => {
        const parameter = keys.parameterKey(this.#type, value.param)
        return {
          rank: systemRank(value.system),
          code: hash64(keys.codeKey(parameter, value.code!)),
          codeFull: hash64(keys.codingKey(parameter, value.system ?? '', value.code!)),
        }
      })
      .sort((a, b) => a.rank - b.rank)
    const preferred = codings[0]
    const codes = new Map<bigint, CodeRow>()
    const seen = new Set([preferred?.code])
    for (const { code, codeFull } of codings) {
      if (codeFull === preferred?.codeFull || codes.has(codeFull)) continue
      codes.set(codeFull, { code, codeFull, first: !seen.has(code) })
      seen.add(code)
    }
    return {
      date: this.#date,
      dateEnd: this.#dateEnd,
      code: preferred?.code ?? null,
      codeFull: preferred?.codeFull ?? null,
      quantity: this.#quantity,
      units: this.#units,
      tokens: [...this.#tokens],
      strings: [...this.#strings.values()],
      dates: [...this.#dates.values()],
      quantities: this.#quantities,
      codes: [...codes.values()],
    }
  }

  #addToken(parameter: string, { system, code, ofType }: Omit<TokenValue, 'param' | 'type'>): void {
    this.#tokens.add(hash64(keys.systemKey(parameter, system ?? '')))
    if (code === undefined) return
    this.#tokens.add(hash64(keys.codeKey(parameter, code)))
    this.#tokens.add(hash64(keys.codingKey(parameter, system ?? '', code)))
    for (const held of ofType ?? []) {
      this.#tokens.add(hash64(keys.typedIdentifierKey(parameter, held.system ?? '', held.code ?? '', code)))
    }
  }

  #addReference(parameter: string, value: ReferenceValue): void {
    const { targetType, targetId, url, urlVersion, identifier } = value
    if (targetType !== undefined && targetId !== undefined) {
      this.#tokens.add(hash64(keys.referenceKey(parameter, targetType, targetId)))
    }
    if (url !== undefined) {
      this.#tokens.add(hash64(keys.urlKey(parameter, url)))
      if (urlVersion !== undefined) this.#tokens.add(hash64(keys.urlKey(parameter, `${url}|${urlVersion}`)))
    }
    if (identifier) {
      const { system, value: code } = identifier
      this.#addToken(keys.identifierParameter(parameter), {
        ...(system === undefined ? {} : { system }),
        ...(code === undefined ? {} : { code }),
      })
    }
  }

  #addString(parameter: string, value: string, written: string): void {
    const exact = hash64Once(written)
    this.#strings.set(`${parameter} ${exact}`, { param: hash64(parameter), value, exact })
  }

  #addUri(parameter: string, url: string): void {
    this.#tokens.add(hash64(keys.urlKey(parameter, url)))
    for (const above of keys.urlsAbove(url)) this.#tokens.add(hash64(keys.belowKey(parameter, above)))
  }

  #addDate(parameter: string, { param, low, high }: DateValue): void {
    if (param === this.#promotion.date && this.#date === null) {
      this.#date = low
      this.#dateEnd = high
      return
    }
    this.#dates.set(`${param} ${low} ${high}`, { param: hash64(parameter), low, high })
  }

  #addQuantity(parameter: string, value: QuantityValue): void {
    const units = unitHashes(value)
    if (value.param === this.#promotion.quantity && this.#quantity === null && value.low === value.high) {
      this.#quantity = value.low
      this.#units = units
      return
    }
    this.#quantities.push({ param: hash64(parameter), low: value.low, high: value.high, units })
  }
}

/** Parameter names of the unit forms; not bound to a search parameter, since they are compared beside it. */
const unit = 'unit'

/** Every form by which a search may name the unit of a value. */
function unitHashes({ system, code, unit: written }: QuantityValue): bigint[] {
  const hashes = new Set([hash64(keys.systemKey(unit, system ?? ''))])
  if (code !== undefined) {
    hashes.add(hash64(keys.codeKey(unit, code)))
    hashes.add(hash64(keys.codingKey(unit, system ?? '', code)))
  }
  if (written !== undefined) hashes.add(hash64(keys.codeKey(unit, written)))
  return [...hashes]
}

/** The hash that a value must have to be in the searched unit; undefined where the search names none. */
export function searchedUnit(system: string | undefined, code: string | undefined): bigint | undefined {
  if (system === undefined) return code === undefined ? undefined : hash64(keys.codeKey(unit, code))
  return hash64(code === undefined ? keys.systemKey(unit, system) : keys.codingKey(unit, system, code))
}
