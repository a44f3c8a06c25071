/** A designation with the numbers of its language and use, -1 for none. */
export type DesignationRecord = readonly [language: number, use: number, value: string]

/** What is stored of a concept beside its properties and relations. */
export interface ConceptRecord {
  readonly flags: number
  readonly display: string
  readonly designations: readonly DesignationRecord[]
}

// Two bytes of length before the display, so that a designation is parsed only where there is one.
const headLength = 3
const maxDisplayBytes = 0xffff

export function encodeConcept({ flags, display, designations }: ConceptRecord): Buffer {
  const json = designations.length === 0 ? '' : JSON.stringify(designations)
  const text = displayBytes(display)
  const record = Buffer.allocUnsafe(headLength + text.length + Buffer.byteLength(json))
  record.writeUInt8(flags, 0)
  record.writeUInt16LE(text.length, 1)
  text.copy(record, headLength)
  record.write(json, headLength + text.length)
  return record
}

export function decodeConcept(record: Buffer): ConceptRecord {
  const end = headLength + record.readUInt16LE(1)
  return {
    flags: record[0]!,
    display: record.toString('utf8', headLength, end),
    designations: end === record.length ? [] : JSON.parse(record.toString('utf8', end)),
  }
}

/** Longer than any display there is: cut at a character. */
function displayBytes(display: string): Buffer {
  const bytes = Buffer.from(display)
  if (bytes.length <= maxDisplayBytes) return bytes
  return Buffer.from(display.slice(0, Math.floor(maxDisplayBytes / 4)))
}
