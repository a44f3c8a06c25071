import type { CodeReference } from '../membership.js'

// An archive is one file: the magic, sections one after the other, the header as JSON, a checksum for each block of what
// comes before, and a trailer of fixed length. All integers are little endian. It is written once, in one go.

/** Bytes at the beginning; the number is raised when older files cannot be read any more. */
export const magic = Buffer.from('anamnesis-codes1')

/** Ending of the files. */
export const extension = '.codes'

/** Bytes that are read and verified together. */
export const blockSize = 4 * 1024
/** Of a SHA-1: enough to notice damage. */
export const checksumLength = 8
/** Position of the header and of the checksums as 16 digits each, and the SHA-256 of both in hexadecimal digits. */
export const trailerLength = 16 + 16 + 64

/** One in so many codes is held in memory, to begin the search for a code. */
export const sparseStep = 32

export const inactiveFlag = 1
export const abstractFlag = 2

/** Codes, displays and so on are told apart by their index in the order of the codes. */
export interface ArchiveHeader {
  readonly system: string
  readonly version: string
  /** Count of codes. */
  readonly size: number
  /** Names that the numbers in designations and properties stand for. */
  readonly languages: readonly string[]
  readonly uses: readonly CodeReference[]
  readonly properties: readonly string[]
  /** Where each section is. */
  readonly sections: Readonly<Record<string, readonly [position: number, length: number]>>
}

/**
 * Tables hold a record per index: a section of offsets (`name.offsets`, one more than records) and one of bytes
 * (`name.data`).
 *
 * - `codes`: text; `sparse`: every `sparseStep`th code
 * - `concepts`: what a lookup needs, as `encodeConcept` has it
 * - `properties`: JSON `[[property, value]]`, numbers as in the header
 * - `parents`, `children`: 32-bit indexes
 * - `words`, `values`: dictionary of an inverted index; `words.postings`, `values.postings`: the indexes of each entry
 *
 * `lengths` has a byte per code: of its display, at most 255.
 */
export type TableName =
  | 'codes'
  | 'sparse'
  | 'concepts'
  | 'properties'
  | 'parents'
  | 'children'
  | 'words'
  | 'words.postings'
  | 'values'
  | 'values.postings'

/** Key of a property's value in the dictionary `values`, without control characters. */
export function valueKey(property: string, value: string): string {
  return JSON.stringify([property, value])
}
