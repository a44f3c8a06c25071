import type { Definitions } from '../definitions/definitions.js'
import { writeXml } from '../definitions/xml/write-xml.js'
import { prettyJson } from '../fhir/json.js'
import { isWrite, shownContent } from '../interactions/prefer.js'
import type { FhirResponse } from '../plugin/http.js'
import type { Interaction, InteractionResult, QueryParameters } from '../plugin/interaction.js'
import type { Preferences } from './headers.js'
import { fhirJson, formatOfAnswer, negotiate } from './media-types.js'

/** How JSON text leaves. */
export interface Representation {
  readonly contentType: string
  /** The body of a resource's JSON text. Only XML parses it. */
  render(json: string): string
}

/** JSON as it is. */
export const plainJson: Representation = { contentType: fhirJson, render: (json) => json }

/** What a client asks for by Accept, `_format` and `_pretty`. @throws FhirError `not-acceptable`. */
export function representationFor(
  accept: string | undefined,
  parameters: QueryParameters,
  definitions: Definitions,
): Representation {
  const contentType = negotiate(accept, parameters)
  const pretty = wantsPretty(parameters)
  if (formatOfAnswer(contentType) === 'xml')
    return { contentType, render: (json) => writeXml(json, definitions, { pretty }) }
  if (pretty) return { contentType, render: prettyJson }
  return contentType === fhirJson ? plainJson : { contentType, render: plainJson.render }
}

/** Renders a result: status, ETag, Last-Modified, Location, and the body that `Prefer` asks for. */
export function renderResult(
  interaction: Interaction,
  result: InteractionResult,
  preferences: Preferences,
  { contentType, render }: Representation,
  baseUrl: string,
): FhirResponse {
  const headers: Record<string, string> = { ...result.headers }
  const { type, id, version, lastUpdated } = result
  if (version !== undefined) headers.etag = `W/"${version}"`
  if (lastUpdated !== undefined) headers['last-modified'] = new Date(lastUpdated).toUTCString()
  if (result.located && type !== undefined && id !== undefined) {
    const named = `${baseUrl}/${type}/${id}`
    headers.location = version === undefined ? named : `${named}/_history/${version}`
  }
  const body = bodyOf(interaction, result, preferences)
  if (body === undefined) return { status: result.status, headers }
  headers['content-type'] = contentType
  const status = result.status === 204 ? 200 : result.status
  return { status, headers, body: render(body) }
}

function bodyOf(
  interaction: Interaction,
  result: InteractionResult,
  preferences: Preferences,
): string | undefined {
  if (result.status === 304) return undefined
  if (!isWrite(interaction)) return result.content
  const shown = shownContent(interaction, result, preferences.return)
  return shown.resource ?? shown.outcome
}

/** `_pretty=true`. */
function wantsPretty(parameters: QueryParameters): boolean {
  return parameters.some(([name, value]) => name === '_pretty' && value === 'true')
}

/** HEAD: the headers of the GET, with the length of the body that is not sent. */
export function withoutBody(response: FhirResponse): FhirResponse {
  const { body, ...rest } = response
  if (body === undefined) return response
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  return { ...rest, headers: { ...rest.headers, 'content-length': String(length) } }
}
