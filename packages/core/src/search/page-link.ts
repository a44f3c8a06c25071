import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { FhirError } from '../errors/fhir-error.js'
import type { PageKey } from './query.js'
import { createSealedText } from './sealed-text.js'

/** A search as its page links carry it. */
export interface SearchPlace {
  /** The parameters as they were asked for. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Where the page starts; absent for the first page. */
  readonly key?: PageKey
  /** When the search was asked for, milliseconds since the epoch: what `ap` on dates is relative to, on every page. */
  readonly now: number
}

/** Seals the place where a page starts into the text of its link, and opens it again. */
export interface PageLinks {
  /**
   * @param query What the link belongs to, e.g. the path of a history and its parameters. Only the same text opens it.
   * @returns URL-safe text.
   */
  seal(key: PageKey, query: string): string
  /** @throws FhirError `invalid-page-link` for text that was altered, comes from elsewhere or belongs to another query. */
  open(text: string, query: string): PageKey
  /**
   * The parameters of a search with the place of a page: whoever sees the link learns neither.
   *
   * @param path What is searched, e.g. `Patient/1/Observation`.
   */
  sealSearch(place: SearchPlace, path: string): string
  /** @throws FhirError `invalid-page-link` as `open` does. */
  openSearch(text: string, path: string): SearchPlace
}

/**
 * Page links under AES-256-GCM. Sort keys and parameters are patient data, so links are encrypted, not only signed; what
 * they belong to is authenticated with them, so that nobody pages through a search with the keys of another.
 *
 * @param secret At least 16 bytes that only this server and its replicas know; the keys are derived from them.
 */
export function createPageLinks(secret: Uint8Array): PageLinks {
  const keys = createSealedText(secret, 'page links')
  const searches = createSealedText(secret, 'search links')
  return {
    seal: (key, query) => keys.seal(Buffer.from(JSON.stringify(encode(key))), query),
    open: (text, query) => opened(() => decode(JSON.parse(keys.open(text, query).toString('utf8')))),
    sealSearch({ parameters, key, now }, path) {
      const content = [parameters, now, key === undefined ? null : encode(key)]
      const plain = Buffer.from(JSON.stringify(content))
      // Long lists of ids are what makes links long, and they have much in common.
      return searches.seal(deflateRawSync(plain), path)
    },
    openSearch: (text, path) =>
      opened(() => {
        const plain = inflateRawSync(searches.open(text, path)).toString('utf8')
        const [parameters, now, key] = JSON.parse(plain) as [
          SearchPlace['parameters'],
          number,
          EncodedKey | null,
        ]
        return key === null ? { parameters, now } : { parameters, now, key: decode(key) }
      }),
  }
}

type EncodedKey = [values: (string | null | [string])[], seq: string, direction: PageKey['direction']]

/** JSON has no infinite numbers, and an open period sorts by one: numbers travel as text. */
function encode({ values, seq, direction }: PageKey): EncodedKey {
  return [values.map((value) => (typeof value === 'number' ? [String(value)] : value)), seq, direction]
}

function decode([plain, seq, direction]: EncodedKey): PageKey {
  const values = plain.map((value) => (Array.isArray(value) ? Number(value[0]) : value))
  return { values, seq, direction }
}

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch (cause) {
    throw new FhirError(
      'invalid-page-link',
      'This page link was altered, or belongs to another search or server. Start the search again from its first page.',
      { cause },
    )
  }
}
