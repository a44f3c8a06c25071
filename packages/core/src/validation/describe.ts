import { type ElementSchema, loadValidators } from './generated.js'
import { clip } from './names.js'
import { objectType, type Place, typeName } from './place.js'
import * as primitives from './primitives.js'

/** What each primitive type looks like, for people who do not know FHIR by heart. */
const forms: Readonly<Record<string, string>> = {
  base64Binary: 'base64 text whose length is a multiple of four, such as SGVsbG8=',
  boolean: 'true or false',
  canonical: 'a canonical URL without white space, such as http://example.org/ValueSet/colours|1.0',
  code: 'a code: text without white space at its ends, such as final',
  date: 'a date such as 2024-02-29, 2024-02 or 2024',
  dateTime: 'a date or a time with seconds and zone, such as 2024, 2024-02-29 or 2024-02-29T14:30:00+01:00',
  decimal: 'a number such as 36.6',
  id: 'an id of 1 to 64 letters, digits, hyphens and dots',
  instant: 'an instant with seconds and zone, such as 2024-02-29T14:30:00.000Z',
  integer: 'a whole number from -2147483648 to 2147483647',
  markdown: 'text that is not empty',
  oid: 'an OID such as urn:oid:1.2.3.4.5',
  positiveInt: 'a whole number from 1 to 2147483647',
  string: 'text that is not empty',
  time: 'a time of day with seconds, such as 14:30:00',
  unsignedInt: 'a whole number from 0 to 2147483647',
  uri: 'a URI without white space, such as http://example.org/records/1',
  url: 'a URL without white space, such as http://example.org/records/1',
  uuid: 'a UUID in small letters, such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
  xhtml: 'XHTML text such as <div xmlns="http://www.w3.org/1999/xhtml">...</div>',
}

const numbers = ['decimal', 'integer', 'unsignedInt', 'positiveInt']

/** What a place of this schema holds, in words. */
export function describeType(schema: ElementSchema): string {
  if (schema.list) return `an array of ${typeName(schema.list)}`
  if (schema.codes) return `a code of ${schema.codes} (${listed(codesOf(schema))})`
  if (schema.primitive) return forms[schema.primitive] ?? schema.primitive
  return `a JSON object (${typeName(schema)})`
}

/** What was found, in words; text is clipped. */
export function describeFound(value: unknown): string {
  if (value === '') return 'empty text'
  if (typeof value === 'string') return `'${clip(value)}'`
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value === 'object' && value !== null && !('isLosslessNumber' in value)) {
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object'
  }
  if (value === undefined) return 'nothing'
  const found = clip(String(value))
  return typeof value === 'boolean' || value === null ? found : `the number ${found}`
}

/** The codes that a place of this schema allows; empty if it allows any. */
export function codesOf(schema: ElementSchema): readonly string[] {
  return loadValidators().valueSets[schema.codes ?? ''] ?? []
}

function listed(codes: readonly string[]): string {
  const shown = codes.slice(0, 10).join(' | ')
  return codes.length > 10 ? `${shown} and ${codes.length - 10} more` : shown
}

/** True if the value has the JSON type of a FHIR primitive, whatever its format. */
export function hasJsonType(type: string, value: unknown): boolean {
  if (type === 'boolean') return typeof value === 'boolean'
  if (numbers.includes(type)) return primitives.isDecimal(value) || typeof value === 'number'
  return typeof value === 'string'
}

/** What to do about a value of the wrong type or format, where it can be told. */
export function hint({ schema, value, key }: Place): string {
  if (value === null && key !== undefined) {
    return /^\d+$/.test(key)
      ? 'An array may hold null only for a primitive whose id or extension is in the array with the underscore.'
      : 'Leave the element out when it has no value.'
  }
  if (key === undefined) return ''
  if (schema.list) return 'This element repeats: put its values between square brackets.'
  if (Array.isArray(value)) return 'This element does not repeat: leave the square brackets out.'
  if (value === '') return 'Leave the element out when it has no value.'
  if (objectType(schema, value)) return ''
  const type = schema.primitive ?? 'code'
  if (typeof value === 'string') return textHint(type, value)
  const isText = type !== 'boolean' && !numbers.includes(type)
  return isText && typeof value !== 'object' ? 'Put the value in quotes.' : ''
}

function textHint(type: string, text: string): string {
  const isNumber = numbers.includes(type) && text.trim() !== '' && Number.isFinite(Number(text))
  if (isNumber || (type === 'boolean' && /^(true|false)$/i.test(text))) return 'Leave the quotes out.'
  if (!['date', 'dateTime', 'instant'].includes(type)) return ''
  const firstOfMonth = `${text.slice(0, 8)}01${text.slice(10)}`
  return /^\d{4}-\d\d-[0-3]\d/.test(text) &&
    primitives.isDateTime(firstOfMonth) &&
    !primitives.isDateTime(text)
    ? 'That month has no such day.'
    : ''
}
