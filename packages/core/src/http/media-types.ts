// In which format a resource is sent and asked for. https://hl7.org/fhir/R4/http.html#mime-type
import Negotiator from 'negotiator'
import { FhirError } from '../errors/fhir-error.js'
import type { QueryParameters } from '../plugin/interaction.js'
import { parseContentType } from './headers.js'

/** The two formats of resources. */
export type Format = 'json' | 'xml'

/** The media type of FHIR JSON. */
export const fhirJson = 'application/fhir+json; charset=utf-8'
const fhirXml = 'application/fhir+xml; charset=utf-8'

const fhirTypes = { json: fhirJson, xml: fhirXml } as const

const formats: ReadonlyMap<string, Format> = new Map([
  ['application/fhir+json', 'json'],
  ['application/json+fhir', 'json'],
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['application/fhir+xml', 'xml'],
  ['application/xml+fhir', 'xml'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
])

/** Who asks for one of these by its name gets it by its name. */
const genericTypes = new Set(['application/json', 'text/json', 'application/xml', 'text/xml'])
/** JSON is what there is to show to those who ask for a page. */
const pageTypes = new Set(['text/*', 'text/html', 'application/xhtml+xml'])

/** The format that a media type carries; undefined for any other. */
export function formatOf(type: string): Format | undefined {
  return formats.get(type)
}

/** The format of a Content-Type of an answer. */
export function formatOfAnswer(contentType: string): Format {
  return formats.get(parseContentType(contentType).type) ?? 'json'
}

/**
 * The Content-Type of the answer that the client takes; `_format` decides where it is present. XML is for those who name
 * it and rank it above all else that they take: a browser, which ranks pages higher, gets JSON.
 *
 * @throws FhirError `not-acceptable`.
 */
export function negotiate(accept: string | undefined, parameters: QueryParameters): string {
  const format = parameters.find(([name]) => name === '_format')?.[1]
  if (format !== undefined && format !== '') {
    // A '+' in a query string is a space: `_format=application/fhir+json` arrives so from many clients.
    const name = (format.split(';')[0] ?? '').trim().replace(' ', '+').toLowerCase()
    const found = name === 'json' || name === 'xml' ? name : formats.get(name)
    if (found !== undefined && takesR4(format)) return fhirTypes[found]
    throw notAcceptable(`_format=${format.slice(0, 60)}`)
  }
  if (accept === undefined || accept === '*/*' || accept === 'application/fhir+json') return fhirJson
  const ranges = accept.split(',').filter((range) => mediaRange.test(range))
  // What names no media type at all asks for nothing.
  if (ranges.length === 0) return fhirJson
  const usable = ranges.filter(takesR4)
  const negotiator = new Negotiator({ headers: { accept: usable.join(',') } })
  for (const type of usable.length > 0 ? negotiator.mediaTypes() : []) {
    const name = type.toLowerCase()
    const found = formats.get(name)
    if (found) return genericTypes.has(name) ? `${name}; charset=utf-8` : fhirTypes[found]
    // Anything but JSON is XML.
    if (name === '*/*' || name === 'application/*')
      return negotiator.mediaType(['application/fhir+json']) ? fhirJson : fhirXml
    if (pageTypes.has(name)) return fhirJson
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
    `This server answers in application/fhir+json and application/fhir+xml, of which '${asked}' takes none.`,
  )
}
