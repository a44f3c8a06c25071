// The JSON form of each R4 primitive type (https://hl7.org/fhir/R4/datatypes.html#primitive).
// This module is bundled into the generated validators, so it imports nothing.

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/
// These two say what is wrong instead of what is right: R4's own patterns overflow the stack on long text.
const notCode = /^\s|\s\s|\s$/
const notOid = /[^\d.]|\.(?:\.|0\d|$)/
const uriPattern = /^\S+$/
const oidStart = /^urn:oid:[0-2]\./
const uuidPattern = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const datePattern = /^(?!0000)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/
const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/
const dateTimePattern =
  /^(?!0000)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/
const instantPattern =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/
const integerPattern = /^-?(?:0|[1-9]\d*)$/
// R4's `\S` is meant as Java's, for which a no-break space is a character like any other. U+0000 is no text anywhere.
const notText = /[\0\v\f]/
const notBase64 = /[^A-Za-z0-9+/]/

export function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}

export function isString(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && !notText.test(value)
}

export const isMarkdown = isString
export const isXhtml = isString

export function isId(value: unknown): boolean {
  return typeof value === 'string' && idPattern.test(value)
}

export function isCode(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && !notCode.test(value)
}

export function isUri(value: unknown): boolean {
  return typeof value === 'string' && uriPattern.test(value)
}

export const isUrl = isUri
export const isCanonical = isUri

export function isOid(value: unknown): boolean {
  return typeof value === 'string' && oidStart.test(value) && !notOid.test(value.slice('urn:oid:'.length))
}

export function isUuid(value: unknown): boolean {
  return typeof value === 'string' && uuidPattern.test(value)
}

export function isDate(value: unknown): boolean {
  return typeof value === 'string' && datePattern.test(value) && dayExists(value)
}

export function isDateTime(value: unknown): boolean {
  return typeof value === 'string' && dateTimePattern.test(value) && dayExists(value)
}

export function isInstant(value: unknown): boolean {
  return typeof value === 'string' && instantPattern.test(value) && dayExists(value)
}

export function isTime(value: unknown): boolean {
  return typeof value === 'string' && timePattern.test(value)
}

/** Groups of four characters, white space anywhere between them; the last group may be padded. */
export function isBase64Binary(value: unknown): boolean {
  if (typeof value !== 'string' || value.length === 0) return false
  const text = /\s/.test(value) ? value.replace(/\s+/g, '') : value
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return text.length > 0 && text.length % 4 === 0 && !notBase64.test(text.slice(0, text.length - padding))
}

export function isDecimal(value: unknown): boolean {
  return Number.isFinite(numberOf(value))
}

export function isInteger(value: unknown): boolean {
  return isIntegerBetween(value, -2_147_483_648)
}

export function isUnsignedInt(value: unknown): boolean {
  return isIntegerBetween(value, 0)
}

export function isPositiveInt(value: unknown): boolean {
  return isIntegerBetween(value, 1)
}

function isIntegerBetween(value: unknown, low: number): boolean {
  const number = numberOf(value)
  if (!Number.isInteger(number) || number < low || number > 2_147_483_647) return false
  return typeof value === 'number' || integerPattern.test(String(value))
}

/** A number, also one that lossless-json keeps as text; NaN for anything else. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'object' && value !== null && 'isLosslessNumber' in value) return Number(String(value))
  return Number.NaN
}

/** True unless a date whose form is right names a day past the end of its month. */
function dayExists(text: string): boolean {
  const day = Number(text.slice(8, 10))
  if (day < 29) return true
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  if (month === 2) return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day < 31 || (month !== 4 && month !== 6 && month !== 9 && month !== 11)
}
