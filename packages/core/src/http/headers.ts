import Negotiator from 'negotiator'
import { FhirError } from '../errors/fhir-error.js'
import type { QueryParameters } from '../plugin/interaction.js'

/** What a client wants of the response beside the resource. */
export interface Preferences {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome'
  readonly handling: 'strict' | 'lenient'
  /** True where `return` was asked for. */
  readonly returnAsked: boolean
}

const noPreferences: Preferences = Object.freeze({
  return: 'representation',
  returnAsked: false,
  handling: 'lenient',
})

/** Reads `Prefer: return=..., handling=...` (RFC 7240); what is unknown is ignored and the first of two counts, as the RFC says. */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined) return noPreferences
  const preferences = new Map<string, string>()
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=')
    const key = name.trim().toLowerCase()
    if (!preferences.has(key)) preferences.set(key, value.trim().replace(/^"(.*)"$/, '$1'))
  }
  const asked = preferences.get('return')
  const returned =
    asked === 'minimal' || asked === 'OperationOutcome' || asked === 'representation' ? asked : undefined
  return {
    return: returned ?? 'representation',
    returnAsked: returned !== undefined,
    handling: preferences.get('handling') === 'strict' ? 'strict' : 'lenient',
  }
}

/** The media type of FHIR JSON (https://hl7.org/fhir/R4/http.html#mime-type). */
export const fhirJson = 'application/fhir+json; charset=utf-8'

const fhirJsonTypes = ['application/fhir+json', 'application/json+fhir']
/** Who asks for one of these by its name gets it by its name (https://hl7.org/fhir/R4/http.html#mime-type). */
const genericJsonTypes = ['application/json', 'text/json']
const jsonTypes = [...fhirJsonTypes, ...genericJsonTypes]
const jsonFormats = new Set(['json', ...jsonTypes])
/** JSON is what there is to show to those who ask for anything, or for a page. */
const anyTypes = new Set(['*/*', 'application/*', 'text/*', 'text/html', 'application/xhtml+xml'])

/**
 * The Content-Type of the answer that the client takes; `_format` decides where it is present.
 *
 * @throws FhirError `not-acceptable`.
 */
export function negotiateJson(accept: string | undefined, parameters: QueryParameters): string {
  const format = parameters.find(([name]) => name === '_format')?.[1]
  if (format !== undefined && format !== '') {
    // A '+' in a query string is a space: `_format=application/fhir+json` arrives so from many clients.
    const name = (format.split(';')[0] ?? '').trim().replace(' ', '+').toLowerCase()
    if (jsonFormats.has(name) && takesR4(format)) return fhirJson
    throw notAcceptable(`_format=${format.slice(0, 60)}`)
  }
  if (accept === undefined || accept === '*/*' || accept === 'application/fhir+json') return fhirJson
  const ranges = accept.split(',').filter((range) => mediaRange.test(range))
  // What names no media type at all asks for nothing.
  if (ranges.length === 0) return fhirJson
  const taken = new Negotiator({ headers: { accept: ranges.filter(takesR4).join(',') } }).mediaTypes()
  for (const type of ranges.some(takesR4) ? taken : []) {
    const name = type.toLowerCase()
    if (genericJsonTypes.includes(name)) return `${name}; charset=utf-8`
    if (fhirJsonTypes.includes(name) || anyTypes.has(name)) return fhirJson
  }
  throw notAcceptable(`Accept: ${accept.slice(0, 100)}`)
}

const mediaRange = /^\s*[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+\s*(;|$)/

/** False for a media type that asks for another version of FHIR (https://hl7.org/fhir/R4/http.html#version-parameter). */
export function takesR4(mediaType: string): boolean {
  const asked = /;\s*fhirVersion\s*=\s*"?([^";\s]*)/i.exec(mediaType)?.[1]
  return asked === undefined || asked === '4.0' || asked === '4.0.1'
}

function notAcceptable(asked: string): FhirError {
  return new FhirError(
    'not-acceptable',
    `This server answers in application/fhir+json, which '${asked}' does not take.`,
  )
}

/** The media type and charset of a Content-Type header, in lower case. */
export function parseContentType(header: string | undefined): {
  readonly type: string
  readonly charset: string
} {
  const [type = '', ...parameters] = (header ?? '').split(';')
  const charset = parameters
    .map((part) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(part)?.[1])
    .find(Boolean)
  return { type: type.trim().toLowerCase(), charset: (charset ?? 'utf-8').toLowerCase() }
}

/** True for the media types that carry FHIR JSON. */
export function isJsonType(type: string): boolean {
  return jsonTypes.includes(type)
}

/** A header's value as the UTF-8 text that some clients send without encoding it; Node reads headers byte by byte. */
export function utf8Header(header: string | undefined): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what is looked for.
  if (header === undefined || /^[\x00-\x7f]*$/.test(header)) return header
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}
