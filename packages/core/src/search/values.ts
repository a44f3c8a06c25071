/**
 * Search values of a resource, as the extractors produce them and as storage indexes them.
 * Dates are half-open ranges `[low, high)` with the implicit precision of what was written
 * (https://hl7.org/fhir/R4/search.html#date); times are milliseconds since the epoch, open ends are ±Infinity.
 * A stored decimal is a point, `low = high = value`; a Range spans from its low to its high, both included, and `<5` ends
 * at the greatest double below 5. Implicit precision of numbers belongs to the query.
 */
export type SearchValue =
  | TokenValue
  | StringValue
  | ReferenceValue
  | DateValue
  | NumberValue
  | QuantityValue
  | UriValue
  | CompositeValue
  | PositionValue
  | WordsValue

export interface TokenValue {
  readonly param: string
  readonly type: 'token'
  /** Absent where the element has none. */
  readonly system?: string
  readonly code?: string
  /** Display or text, for `:text`. */
  readonly text?: string
  /** `Identifier.type.coding`, for `:of-type`. */
  readonly ofType?: readonly { readonly system?: string; readonly code?: string }[]
}

export interface StringValue {
  readonly param: string
  readonly type: 'string'
  /** As written; storage normalises with `normalizeString`. */
  readonly value: string
}

export interface ReferenceValue {
  readonly param: string
  readonly type: 'reference'
  /** For a relative reference or one to this server: `Patient` and `123`. */
  readonly targetType?: string
  readonly targetId?: string
  readonly targetVersion?: string
  /** For absolute, urn and canonical references, as written without `|version`. */
  readonly url?: string
  /** For canonical references: the part after `|`. */
  readonly urlVersion?: string
  /** `Reference.identifier`, for `:identifier`. */
  readonly identifier?: { readonly system?: string; readonly value?: string }
  readonly display?: string
}

export interface DateValue {
  readonly param: string
  readonly type: 'date'
  readonly low: number
  readonly high: number
}

export interface NumberValue {
  readonly param: string
  readonly type: 'number'
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface QuantityValue {
  readonly param: string
  readonly type: 'quantity'
  readonly system?: string
  readonly code?: string
  readonly unit?: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** In UCUM base units, where system and code are a valid UCUM unit. */
  readonly canonical?: { readonly unit: string; readonly low: number; readonly high: number }
}

export interface UriValue {
  readonly param: string
  readonly type: 'uri'
  readonly value: string
}

export interface CompositeValue {
  readonly param: string
  readonly type: 'composite'
  /** One list of values per component, all from the same element, in the order of the definition. */
  readonly components: readonly (readonly SearchValue[])[]
}

export interface PositionValue {
  readonly param: string
  readonly type: 'position'
  readonly latitude: number
  readonly longitude: number
}

/** The words of the narrative (`_text`) or of all texts of the resource (`_content`), each once. */
export interface WordsValue {
  readonly param: string
  readonly type: 'words'
  readonly words: readonly string[]
}
