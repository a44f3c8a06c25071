import type { Definitions } from '../../definitions/definitions.js'
import type { ErrorCode } from '../../errors/codes.js'
import { FhirError } from '../../errors/fhir-error.js'
import { nearest } from './nearest.js'

/** What bounds one search; crossing a limit is `too-costly`. */
export interface SearchLimits {
  /** Matches per page without `_count`. */
  readonly defaultCount: number
  /** Matches per page at most; a larger `_count` is lowered to it. */
  readonly maxCount: number
  readonly maxParameters: number
  /** Values joined by commas in one parameter. */
  readonly maxValues: number
  /** References that one chain or `_has` may follow. */
  readonly maxChainLength: number
  /** Types that the chains of one search may lead through, each as often as they do. */
  readonly maxChainBranches: number
}

export const defaultSearchLimits: SearchLimits = {
  defaultCount: 20,
  maxCount: 1000,
  maxParameters: 200,
  maxValues: 1000,
  maxChainLength: 5,
  maxChainBranches: 500,
}

/** What the server knows when it reads a query. */
export interface SearchContext {
  readonly definitions: Definitions
  readonly limits?: Partial<SearchLimits>
  /** The server's own base URL, by which absolute references to its resources are recognised. */
  readonly baseUrl: string
  /** Milliseconds since the epoch, for `ap` on dates; the current time by default. */
  readonly now?: number
  /** The words that are indexed: those of narratives (default), of all texts too, or none. */
  readonly fullText?: FullText
}

/** Whose words a server indexes: nobody's, those of narratives for `_text`, or of all texts for `_content` too. */
export type FullText = 'off' | 'text' | 'content'

/** The state of reading one query. */
export interface Reading {
  readonly definitions: Definitions
  readonly limits: SearchLimits
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly now: number
  readonly fullText: FullText
  /** Branches that chains have opened so far. */
  branches: number
}

export function startReading({ definitions, limits, baseUrl, now, fullText }: SearchContext): Reading {
  return {
    definitions,
    limits: { ...defaultSearchLimits, ...limits },
    baseUrl: baseUrl.replace(/\/+$/, ''),
    now: now ?? Date.now(),
    fullText: fullText ?? 'text',
    branches: 0,
  }
}

/** Where in the query something stands: the types searched and the parameter's name as written. */
export interface Place {
  readonly types: readonly string[]
  readonly name: string
  /** Where inside the value: `at character 12, birthdate`. */
  readonly detail?: string
}

/** A failure that names its place, as in `Patient?birthdate`. */
export function searchError(place: Place, message: string, code: ErrorCode = 'invalid-search'): FhirError {
  const at = place.detail === undefined ? place.name : `${place.name} ${place.detail}`
  return new FhirError(code, `${at}: ${message}`, { expression: [expressionOf(place)] })
}

export function expressionOf({ types, name }: Place): string {
  return `${types.length === 1 ? types[0] : ''}?${name}`
}

/** @throws FhirError `too-costly` where a chain has followed too many references. */
export function checkDepth(depth: number, place: Place, { limits }: Reading): void {
  if (depth <= limits.maxChainLength) return
  throw searchError(place, `the chain follows more than ${limits.maxChainLength} references.`, 'too-costly')
}

/** `Did you mean birthdate?`, or nothing where no known name is near. */
export function suggestion(written: string, known: Iterable<string>): string {
  const name = nearest(written, known)
  return name === undefined ? '' : ` Did you mean ${name}?`
}

/** A list for people: `a, b or c`. */
export function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}
