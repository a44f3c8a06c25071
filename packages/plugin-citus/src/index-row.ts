import type { DateValue, QuantityValue, SearchValue, TokenValue } from '@anamnesis/core'
import { type CompositeRow, storeComposite } from './composite-row.js'
import { hash64, hash64Once } from './hash64.js'
import { referenceForms, tokenForms, unitForms, uriForms } from './hashed-forms.js'
import { stringKey } from './normal-text.js'
import { promotionOf, systemRank } from './promoted.js'
import * as keys from './token-keys.js'

/** What is stored of a resource's search values: columns of its own row, and side rows. */
export interface IndexRow {
  readonly date: number | null
  readonly dateEnd: number | null
  readonly code: bigint | null
  readonly codeFull: bigint | null
  readonly quantity: number | null
  /** The same in UCUM base units. */
  readonly canonical: number | null
  readonly units: readonly bigint[]
  readonly tokens: readonly bigint[]
  readonly words: readonly bigint[]
  readonly strings: readonly StringRow[]
  readonly dates: readonly DateRow[]
  readonly quantities: readonly QuantityRow[]
  readonly codes: readonly CodeRow[]
  readonly composites: readonly CompositeRow[]
  readonly positions: readonly PositionRow[]
  /** For the dictionary of texts, which is no part of the resource. */
  readonly texts: readonly TextRow[]
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
  readonly canonicalLow: number | null
  readonly canonicalHigh: number | null
  readonly units: readonly bigint[]
}

interface PositionRow {
  readonly param: bigint
  readonly latitude: number
  readonly longitude: number
}

/** A text of a token, normalised and cut. */
export interface TextRow {
  readonly param: bigint
  readonly value: string
  /** Its form in `resource.tokens`. */
  readonly hash: bigint
}

/** A coding of the promoted code parameter beside the preferred one. */
interface CodeRow {
  readonly code: bigint
  readonly codeFull: bigint
  /** No earlier coding of the resource has the same code, so a search without system finds it by this row. */
  readonly first: boolean
}

/** Parameters that columns answer: `_id` by the id, `_lastUpdated` by `seq`. */
const unstored = new Set(['_id', '_lastUpdated'])

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
  readonly #words = new Set<bigint>()
  readonly #composites: CompositeRow[] = []
  readonly #positions: PositionRow[] = []
  readonly #texts = new Map<bigint, TextRow>()
  #date: number | null = null
  #dateEnd: number | null = null
  #quantity: number | null = null
  #canonical: number | null = null
  #units: readonly bigint[] = []

  constructor(type: string) {
    this.#type = type
    this.#promotion = promotionOf(type)
  }

  add(value: SearchValue): void {
    const { param } = value
    if (unstored.has(param) || this.#promotion.unions?.[param]) return
    const parameter = keys.parameterKey(this.#type, param)
    if (value.type === 'words') {
      for (const word of value.words) this.#words.add(hash64(keys.wordKey(parameter, word)))
      return
    }
    this.#addForms([keys.presenceKey(parameter)])
    switch (value.type) {
      case 'token':
        if (param === this.#promotion.code && value.code !== undefined) this.#codings.push(value)
        this.#addForms(tokenForms(parameter, value))
        if (value.text !== undefined) this.#addText(parameter, stringKey(value.text))
        break
      case 'reference':
        this.#addForms(referenceForms(parameter, value))
        break
      case 'string':
        this.#addString(parameter, stringKey(value.value), value.value)
        break
      case 'uri':
        this.#addForms(uriForms(parameter, value.value))
        break
      case 'date':
        this.#addDate(parameter, value)
        break
      case 'number':
        this.#quantities.push({
          param: hash64(parameter),
          low: value.low,
          high: value.high,
          canonicalLow: null,
          canonicalHigh: null,
          units: [],
        })
        break
      case 'quantity':
        this.#addQuantity(parameter, value)
        break
      case 'composite': {
        // Those of the whole resource are asked of their components.
        if (this.#promotion.composites?.includes(param)) break
        const { rows, leading } = storeComposite(parameter, value)
        this.#composites.push(...rows)
        for (const hash of leading) this.#tokens.add(hash)
        break
      }
      case 'position': {
        const { latitude, longitude } = value
        this.#positions.push({ param: hash64(parameter), latitude, longitude })
        break
      }
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
      canonical: this.#canonical,
      units: this.#units,
      tokens: [...this.#tokens],
      words: [...this.#words],
      strings: [...this.#strings.values()],
      dates: [...this.#dates.values()],
      quantities: this.#quantities,
      codes: [...codes.values()],
      composites: this.#composites,
      positions: this.#positions,
      texts: [...this.#texts.values()],
    }
  }

  #addForms(forms: readonly string[]): void {
    for (const form of forms) this.#tokens.add(hash64(form))
  }

  #addText(parameter: string, value: string): void {
    const hash = hash64(keys.textKey(parameter, value))
    this.#tokens.add(hash)
    this.#texts.set(hash, { param: hash64(parameter), value, hash })
  }

  #addString(parameter: string, value: string, written: string): void {
    const exact = hash64Once(written)
    this.#strings.set(`${parameter} ${exact}`, { param: hash64(parameter), value, exact })
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
    const { param, low, high, canonical } = value
    const units = unitForms(value).map(hash64)
    const isPoint = low === high && canonical?.low === canonical?.high
    if (param === this.#promotion.quantity && this.#quantity === null && isPoint) {
      this.#quantity = low
      this.#canonical = canonical?.low ?? null
      this.#units = units
      return
    }
    const [canonicalLow, canonicalHigh] = [canonical?.low ?? null, canonical?.high ?? null]
    this.#quantities.push({ param: hash64(parameter), low, high, canonicalLow, canonicalHigh, units })
  }
}
