import { FhirError } from '../errors/fhir-error.js'
import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { Limits } from '../interactions/limits.js'
import { parseQueryString } from '../interactions/query-string.js'
import type { RoutedRequest } from '../interactions/route.js'
import type { FhirRequest } from '../plugin/http.js'
import type { PatchDocument, QueryParameters } from '../plugin/interaction.js'
import { isJsonType, parseContentType, takesR4 } from './headers.js'

/** The parts of a body that interactions take. */
export interface ParsedBody {
  readonly resource?: AnyResource
  readonly patch?: PatchDocument | undefined
  readonly form?: QueryParameters
}

/** More than every limit of a search together. */
const formBytes = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads the body of a request as its interaction needs it: a resource, a patch, a form, or the raw bytes of a Binary.
 *
 * @throws FhirError `unsupported-media-type`, `malformed-json`, `body-too-large`.
 */
export function parseBody(request: FhirRequest, routed: RoutedRequest, limits: Limits): ParsedBody {
  const { type, charset } = parseContentType(request.headers['content-type'])
  const size = request.body === undefined ? 0 : Buffer.byteLength(request.body)
  if (size > 0 && isJsonType(type) && !takesR4(request.headers['content-type'] ?? '')) {
    throw new FhirError(
      'unsupported-media-type',
      'This server speaks FHIR R4: the fhirVersion of a body is 4.0.',
    )
  }
  if (size > limits.bodyBytes) {
    throw new FhirError(
      'body-too-large',
      `The body is larger than ${limits.bodyBytes} bytes, this server's limit.`,
    )
  }
  if (routed.interaction === 'patch') return { patch: parsePatch(request, type, charset, limits) }
  if (routed.form || (routed.interaction === 'operation' && type === 'application/x-www-form-urlencoded')) {
    if (size === 0) return {}
    if (type !== 'application/x-www-form-urlencoded')
      throw unsupported(type, 'application/x-www-form-urlencoded')
    if (size > formBytes)
      throw new FhirError('body-too-large', `A form is no larger than ${formBytes} bytes.`)
    return { form: parseQueryString(textOf(request, charset)) }
  }
  const takesResource =
    ['create', 'update', 'bundle'].includes(routed.interaction) ||
    (routed.interaction === 'operation' && request.method === 'POST')
  if (!takesResource || size === 0) return {}
  if (
    routed.type === 'Binary' &&
    routed.interaction !== 'operation' &&
    isRaw(request, type, charset, limits)
  ) {
    return { resource: rawBinary(request, routed) }
  }
  if (type !== '' && !isJsonType(type)) throw unsupported(type, 'application/fhir+json')
  return { resource: parseResource(textOf(request, charset), limits) }
}

function parseResource(text: string, limits: Limits): AnyResource {
  const { value } = parseJson(text, { maxDepth: limits.jsonDepth })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FhirError(
      'malformed-json',
      'Expected a JSON object that is a resource, such as {"resourceType": "Patient", ...}.',
    )
  }
  const { resourceType } = value as AnyResource
  if (typeof resourceType !== 'string') {
    throw new FhirError(
      'malformed-json',
      'The body has no resourceType. A resource begins {"resourceType": "Patient", ...}.',
    )
  }
  return value as AnyResource
}

function parsePatch(
  request: FhirRequest,
  type: string,
  charset: string,
  limits: Limits,
): PatchDocument | undefined {
  if (request.body === undefined || request.body.length === 0) return undefined
  if (type !== 'application/json-patch+json' && !isJsonType(type)) {
    throw unsupported(
      type,
      'application/json-patch+json for JSON Patch, or application/fhir+json for FHIRPath Patch',
    )
  }
  const { value } = parseJson(textOf(request, charset), { maxDepth: limits.jsonDepth })
  const isParameters =
    typeof value === 'object' && value !== null && (value as AnyResource).resourceType === 'Parameters'
  if (type === 'application/json-patch+json' || !isParameters) {
    if (type !== 'application/json-patch+json') {
      throw new FhirError(
        'invalid-patch',
        'A patch as application/fhir+json is a Parameters resource; JSON Patch is sent as application/json-patch+json.',
      )
    }
    return { format: 'json-patch', document: value }
  }
  return { format: 'fhirpath-patch', document: value }
}

/** Whether the body of a Binary is its content. Under a generic JSON type it may be either: a resource says so itself. */
function isRaw(request: FhirRequest, type: string, charset: string, limits: Limits): boolean {
  if (type === '' || type === 'application/fhir+json') return false
  if (!isJsonType(type)) return true
  try {
    return parseResource(textOf(request, charset), limits).resourceType !== 'Binary'
  } catch {
    return true
  }
}

/** A Binary sent as what it is: its bytes under its own content type (https://hl7.org/fhir/R4/binary.html#rest). */
function rawBinary(request: FhirRequest, routed: RoutedRequest): AnyResource {
  const bytes = typeof request.body === 'string' ? Buffer.from(request.body) : Buffer.from(request.body ?? [])
  const context = request.headers['x-security-context']
  return {
    resourceType: 'Binary',
    ...(routed.id === undefined ? {} : { id: routed.id }),
    contentType: (request.headers['content-type'] ?? '').trim().replace(/\s+/g, ' '),
    ...(context === undefined ? {} : { securityContext: { reference: context } }),
    data: bytes.toString('base64'),
  }
}

function textOf(request: FhirRequest, charset: string): string {
  if (typeof request.body === 'string') return request.body
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new FhirError('unsupported-media-type', `FHIR is sent in UTF-8, not in '${charset.slice(0, 40)}'.`)
  }
  try {
    return decoder.decode(request.body)
  } catch {
    throw new FhirError(
      'malformed-json',
      'The body is not valid UTF-8. Encode it as UTF-8 and send it again.',
    )
  }
}

function unsupported(found: string, expected: string): FhirError {
  return new FhirError(
    'unsupported-media-type',
    `Expected a body of type ${expected}, found '${found.slice(0, 80) || 'no Content-Type'}'.`,
  )
}
