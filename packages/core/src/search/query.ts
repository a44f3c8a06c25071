import type { SearchParameter } from '../definitions/definitions.js'

/**
 * A typed, validated search: what a query string means, free of SQL and of HTTP. `parseSearch` makes it, `narrow` hooks
 * restrict it, storage runs it (https://hl7.org/fhir/R4/search.html).
 */
export interface SearchQuery {
  /** Resource types searched; all types for a system-level search without `_type`. */
  readonly types: readonly string[]
  /** ANDed. */
  readonly where: readonly Clause[]
  /**
   * What the caller may see, ANDed: it holds for every resource that the search touches, be it a match, an include, or
   * what a chain or `_has` looks through. Absent: everything. `type` clauses tell the rules of one type from another's.
   */
  readonly access?: readonly Clause[]
  /**
   * `_contained`: with `true`, contained resources of the types searched are asked instead of resources of the server,
   * with `both` the two (https://hl7.org/fhir/R4/search.html#contained). What is returned is the container (once, however
   * many of its resources match) or the contained resource.
   *
   * `where` is asked of the search values of the contained resource alone. It has no id, so that `_id` finds none;
   * `_lastUpdated` is that of its container, and so is `access`: what the caller may see is decided by the container,
   * of whatever type. The parser lets no chains, `_has`, compartments and includes through, and no sort but by
   * `_lastUpdated`. The order is that of the containers' `seq`, in which resources of the server come by their own;
   * matches in one container keep its order. `count` and page keys count containers: a page never ends inside one, so
   * that with `contained` it may hold more matches than `count`. `total` counts what is returned.
   */
  readonly contained?: { readonly mode: 'true' | 'both'; readonly returns: 'container' | 'contained' }
  readonly include: readonly Include[]
  readonly revinclude: readonly Include[]
  /** Empty: by ascending `seq` of the current version, i.e. oldest change first. */
  readonly sort: readonly Sort[]
  /** Matches per page; 0 asks for the total only. */
  readonly count: number
  /** Where the page starts; absent on the first page. */
  readonly page?: PageKey
  readonly total: 'none' | 'estimate' | 'accurate' | 'default'
}

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** One condition on a resource. */
export type Clause =
  | TokenClause
  | StringClause
  | ReferenceClause
  | DateClause
  | NumberClause
  | QuantityClause
  | UriClause
  | CompositeClause
  | MissingClause
  | IdClause
  | TypeClause
  | LastUpdatedClause
  | WordsClause
  | NearClause
  | CompartmentClause
  | ChainClause
  | HasClause
  | GroupClause
  | NothingClause

export interface TokenCriterion {
  /** `undefined`: any system; `''`: no system (`|code`). */
  readonly system?: string
  /** `undefined`: any code of the system (`system|`). */
  readonly code?: string
  /** For `:of-type`: the coding of the identifier's type; `code` is then the identifier's value. */
  readonly ofType?: { readonly system: string; readonly code: string }
}

export interface TokenClause {
  readonly kind: 'token'
  readonly param: SearchParameter
  /**
   * `in`, `not-in`, `below` and `above` are resolved into plain and `not` clauses by terminology before storage sees
   * the query (`resolveSearch`).
   */
  readonly modifier?: 'not' | 'text' | 'in' | 'not-in' | 'below' | 'above' | 'of-type'
  /** ORed. For `:text` the text is in `code`; for `:in` and `:not-in` the value set's URL. */
  readonly values: readonly TokenCriterion[]
}

export interface StringClause {
  readonly kind: 'string'
  readonly param: SearchParameter
  /** `equals` and `ends` compare normalised, as the default does; `_filter` asks for them. */
  readonly modifier?: 'exact' | 'contains' | 'equals' | 'ends'
  /** ORed, as written. */
  readonly values: readonly string[]
}

export interface ReferenceCriterion {
  readonly type?: string
  readonly id?: string
  readonly url?: string
  /** For canonical references with `:below` and `:above`: the part after `|`. */
  readonly version?: string
  /** For `:identifier`. */
  readonly identifier?: TokenCriterion
}

export interface ReferenceClause {
  readonly kind: 'reference'
  readonly param: SearchParameter
  /**
   * `below` and `above` compare canonical versions by their dotted parts: `url|1.2` is below `url|1`. On references to
   * ids they follow the hierarchy of the target (`Location.partOf`), and are resolved into plain clauses that list the
   * ids before storage sees the query (`resolveSearch`).
   */
  readonly modifier?: 'identifier' | 'below' | 'above'
  readonly values: readonly ReferenceCriterion[]
}

/**
 * `[low, high)` of what was written, with the prefix that compares it. Milliseconds since the epoch for dates.
 * For `ap` the range is already widened, by a tenth of the value or of the gap between now and the date: storage only
 * looks for an overlap.
 */
export interface RangeCriterion {
  readonly prefix: Prefix
  readonly low: number
  readonly high: number
}

export interface DateClause {
  readonly kind: 'date'
  readonly param: SearchParameter
  readonly values: readonly RangeCriterion[]
}

export interface NumberClause {
  readonly kind: 'number'
  readonly param: SearchParameter
  readonly values: readonly (RangeCriterion & { readonly value: number })[]
}

export interface QuantityClause {
  readonly kind: 'quantity'
  readonly param: SearchParameter
  readonly values: readonly (RangeCriterion & {
    readonly value: number
    readonly system?: string
    readonly code?: string
    /**
     * The same in UCUM base units, where system and code are a valid UCUM unit: then this alone is compared, with the
     * canonical form of stored values of the same `unit`.
     */
    readonly canonical?: {
      readonly unit: string
      readonly value: number
      readonly low: number
      readonly high: number
    }
  })[]
}

export interface UriClause {
  readonly kind: 'uri'
  readonly param: SearchParameter
  readonly modifier?: 'below' | 'above'
  readonly values: readonly string[]
}

export interface CompositeClause {
  readonly kind: 'composite'
  readonly param: SearchParameter
  /** ORed; each holds one clause per component. */
  readonly values: readonly (readonly Clause[])[]
}

/** `:missing=true|false`. */
export interface MissingClause {
  readonly kind: 'missing'
  readonly param: SearchParameter
  readonly missing: boolean
}

/** `_id`. */
export interface IdClause {
  readonly kind: 'id'
  readonly ids: readonly string[]
}

/** The resource is of one of these types: for access rules, which differ from type to type. */
export interface TypeClause {
  readonly kind: 'type'
  readonly types: readonly string[]
}

/**
 * `_text` and `_content`: all of these words occur, whole, without case and accents, in the narrative or anywhere in the
 * resource. Boolean combinations are groups of such clauses.
 */
export interface WordsClause {
  readonly kind: 'words'
  readonly param: SearchParameter
  /** As `wordsOf` gives them. */
  readonly words: readonly string[]
}

/** `near` of Location: within a distance on the great circle (https://hl7.org/fhir/R4/location.html#search). */
export interface NearClause {
  readonly kind: 'near'
  readonly param: SearchParameter
  /** ORed. Degrees, and a distance in metres. */
  readonly values: readonly {
    readonly latitude: number
    readonly longitude: number
    readonly distance: number
  }[]
}

/** `_lastUpdated`. */
export interface LastUpdatedClause {
  readonly kind: 'lastUpdated'
  readonly values: readonly RangeCriterion[]
}

/**
 * Membership in a compartment, e.g. `{ kind: 'compartment', compartment: 'Patient', ids: ['1'] }`.
 * A Patient is a member of its own compartment.
 */
export interface CompartmentClause {
  readonly kind: 'compartment'
  readonly compartment: string
  readonly ids: readonly string[]
}

/** `subject:Patient.name=x`: the reference's target matches `where`. */
export interface ChainClause {
  readonly kind: 'chain'
  readonly param: SearchParameter
  readonly targets: readonly { readonly type: string; readonly where: readonly Clause[] }[]
}

/** `_has:Observation:subject:code=x`: something of `type` that matches `where` refers here through `param`. */
export interface HasClause {
  readonly kind: 'has'
  readonly type: string
  readonly param: SearchParameter
  readonly where: readonly Clause[]
}

/** `and`: all hold; `or`: at least one does; `not`: not all do. */
export interface GroupClause {
  readonly kind: 'and' | 'or' | 'not'
  readonly clauses: readonly Clause[]
}

/** Matches nothing: what a policy yields for a principal that may see nothing. */
export interface NothingClause {
  readonly kind: 'nothing'
}

/** `_include` and `_revinclude`. */
export interface Include {
  /** The type that holds the reference. */
  readonly source: string
  /** `*` for every reference parameter of the source. */
  readonly param: SearchParameter | '*'
  readonly target?: string
  readonly iterate: boolean
}

/**
 * Resources without a value come last in both directions, ties are broken by ascending `seq`. Of several values the
 * lowest counts when ascending, the highest when descending. Strings compare normalised and by code point; dates,
 * numbers and quantities by their low bound; tokens by code; references by `Type/id`, else by URL.
 * `_lastUpdated` orders by `seq` itself, in both directions.
 */
export interface Sort {
  /** `_id` and `_lastUpdated` too are parameters here. */
  readonly param: SearchParameter
  readonly descending: boolean
}

/**
 * The position of a page in the order of the results: the sort keys and `seq` of the row at its edge.
 * Plain data, so that `http/` can encrypt it into a link.
 */
export interface PageKey {
  /** One per sort, `null` where the value is missing. Numbers may be infinite, which JSON cannot say. */
  readonly values: readonly (string | number | null)[]
  /** Decimal digits of the row's `seq`. */
  readonly seq: string
  readonly direction: 'next' | 'previous'
}
