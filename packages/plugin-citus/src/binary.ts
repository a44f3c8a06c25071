/**
 * PostgreSQL's binary format of one-dimensional arrays. A Buffer goes to the server as it is, so texts full of quotes
 * need no escaping and hashes no decimal digits; both would cost more than the rest of a write in this process.
 */

const headerLength = 20
const oids = {
  bool: 16,
  char: 18,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float8: 701,
  timestamptz: 1184,
} as const

type Nullable<T> = readonly (T | null)[]

export function int2Array(values: Nullable<number>): Buffer {
  return fixed(oids.int2, 2, values, (buffer, value, at) => buffer.writeInt16BE(value, at))
}

export function int4Array(values: Nullable<number>): Buffer {
  return fixed(oids.int4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at))
}

export function int8Array(values: Nullable<bigint>): Buffer {
  return fixed(oids.int8, 8, values, (buffer, value, at) => buffer.writeBigInt64BE(value, at))
}

export function float8Array(values: Nullable<number>): Buffer {
  return fixed(oids.float8, 8, values, (buffer, value, at) => buffer.writeDoubleBE(value, at))
}

export function boolArray(values: Nullable<boolean>): Buffer {
  return fixed(oids.bool, 1, values, (buffer, value, at) => buffer.writeInt8(value ? 1 : 0, at))
}

/** PostgreSQL's single-byte "char". */
export function charArray(values: readonly string[]): Buffer {
  return fixed(oids.char, 1, values, (buffer, value, at) => buffer.writeInt8(value.charCodeAt(0), at))
}

/** Milliseconds since the epoch; ±Infinity is PostgreSQL's own infinity. */
export function timestamptzArray(values: Nullable<number>): Buffer {
  return fixed(oids.timestamptz, 8, values, (buffer, value, at) =>
    buffer.writeBigInt64BE(toMicroseconds(value), at),
  )
}

export function textArray(values: Nullable<string>): Buffer {
  if (values.length === 0) return emptyArray(oids.text)
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)))
  const size = lengths.reduce((sum, length) => sum + length + 4, headerLength)
  const buffer = Buffer.allocUnsafe(size)
  let at = writeHeader(buffer, oids.text, values)
  for (const [index, value] of values.entries()) {
    const length = lengths[index]!
    at = buffer.writeInt32BE(value === null ? -1 : length, at)
    if (value !== null) {
      buffer.write(value, at)
      at += length
    }
  }
  return buffer
}

function fixed<T>(
  oid: number,
  width: number,
  values: Nullable<T>,
  write: (buffer: Buffer, value: T, at: number) => void,
): Buffer {
  if (values.length === 0) return emptyArray(oid)
  const nulls = values.reduce((sum, value) => sum + (value === null ? 1 : 0), 0)
  const size = headerLength + values.length * (4 + width) - nulls * width
  const buffer = Buffer.allocUnsafe(size)
  let at = writeHeader(buffer, oid, values)
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    at = buffer.writeInt32BE(width, at)
    write(buffer, value, at)
    at += width
  }
  return buffer
}

function writeHeader(buffer: Buffer, oid: number, values: Nullable<unknown>): number {
  let at = buffer.writeInt32BE(1, 0)
  at = buffer.writeInt32BE(values.includes(null) ? 1 : 0, at)
  at = buffer.writeInt32BE(oid, at)
  at = buffer.writeInt32BE(values.length, at)
  return buffer.writeInt32BE(1, at)
}

/** Most side tables get nothing from most writes, so these are made once. */
const emptyArrays = new Map<number, Buffer>()

function emptyArray(oid: number): Buffer {
  const known = emptyArrays.get(oid)
  if (known) return known
  const buffer = Buffer.alloc(12)
  buffer.writeInt32BE(oid, 8)
  emptyArrays.set(oid, buffer)
  return buffer
}

const year2000 = 946_684_800_000

function toMicroseconds(instant: number): bigint {
  if (instant === Number.POSITIVE_INFINITY) return 0x7fff_ffff_ffff_ffffn
  if (instant === Number.NEGATIVE_INFINITY) return -0x8000_0000_0000_0000n
  return BigInt(Math.round(instant) - year2000) * 1000n
}
