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

/** Reads `Prefer: return=..., handling=...` (RFC 7240); what is unknown is ignored, as the RFC says. */
export function parsePrefer(header: string | undefined): Preferences {
  const preferences = new Map(
    (header ?? '').split(/[,;]/).map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=')
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')]
    }),
  )
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

const jsonTypes = ['application/fhir+json', 'application/json', 'application/json+fhir', 'text/json']
const jsonFormats = new Set(['json', ...jsonTypes])

/**
 * Makes sure that the client takes JSON; `_format` decides where it is present.
 *
 * @throws FhirError `not-acceptable`.
 */
export function requireJson(accept: string | undefined, parameters: QueryParameters): void {
  const format = parameters.find(([name]) => name === '_format')?.[1]
  if (format !== undefined && format !== '') {
    // A '+' in a query string is a space: `_format=application/fhir+json` arrives so from many clients.
    const name = (format.split(';')[0] ?? '').trim().replace(' ', '+').toLowerCase()
    if (jsonFormats.has(name)) return
    throw notAcceptable(`_format=${format.slice(0, 60)}`)
  }
  if (
    accept === undefined ||
    accept === '' ||
    accept.includes('application/fhir+json') ||
    accept.includes('*/*')
  )
    return
  const negotiator = new Negotiator({ headers: { accept } })
  if (negotiator.mediaType([...jsonTypes, 'text/html']) === undefined)
    throw notAcceptable(`Accept: ${accept.slice(0, 100)}`)
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
