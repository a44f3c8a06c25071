import { prettyJson } from '../fhir/json.js'
import { isWrite, shownContent } from '../interactions/prefer.js'
import type { FhirResponse } from '../plugin/http.js'
import type { Interaction, InteractionResult, QueryParameters } from '../plugin/interaction.js'
import type { Preferences } from './headers.js'

/** How JSON leaves. */
export interface Representation {
  readonly contentType: string
  readonly pretty: boolean
}

/** Renders a result: status, ETag, Last-Modified, Location, and the body that `Prefer` asks for. */
export function renderResult(
  interaction: Interaction,
  result: InteractionResult,
  preferences: Preferences,
  { pretty, contentType }: Representation,
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
  return { status, headers, body: pretty ? prettyJson(body) : body }
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
export function wantsPretty(parameters: QueryParameters): boolean {
  return parameters.some(([name, value]) => name === '_pretty' && value === 'true')
}

/** HEAD: the headers of the GET, with the length of the body that is not sent. */
export function withoutBody(response: FhirResponse): FhirResponse {
  const { body, ...rest } = response
  if (body === undefined) return response
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  return { ...rest, headers: { ...rest.headers, 'content-length': String(length) } }
}
