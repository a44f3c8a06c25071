import type { Definitions } from '../definitions/definitions.js'
import { readXml } from '../definitions/xml/read-xml.js'
import { FhirError } from '../errors/fhir-error.js'
import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { Limits } from '../interactions/limits.js'
import { parseQueryString } from '../interactions/query-string.js'
import type { RoutedRequest } from '../interactions/route.js'
import type { FhirRequest } from '../plugin/http.js'
import type { PatchDocument, QueryParameters } from '../plugin/interaction.js'
import { parseContentType } from './headers.js'
import { type Format, formatOf, takesR4 } from './media-types.js'

/** The parts of a body that interactions take. */
export interface ParsedBody {
  readonly resource?: AnyResource
  readonly patch?: PatchDocument | undefined
  readonly form?: QueryParameters
}

/** What bodies are read by. */
export interface BodyOptions {
  readonly limits: Limits
  readonly definitions: Definitions
}

/** More than every limit of a search together. */
const formBytes = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads the body of a request as its interaction needs it: a resource, a patch, a form, or the raw bytes of a Binary.
 *
 * @throws FhirError `unsupported-media-type`, `malformed-json`, `malformed-xml`, `body-too-large`.
 */
export function parseBody(
  request: FhirRequest,
  routed: RoutedRequest,
  { limits, definitions }: BodyOptions,
): ParsedBody {
  const { type, charset } = parseContentType(request.headers['content-type'])
  const size = request.body === undefined ? 0 : Buffer.byteLength(request.body)
  if (size > 0 && formatOf(type) && !takesR4(request.headers['content-type'] ?? '')) {
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
  if (routed.interaction === 'patch')
    return { patch: parsePatch(request, type, charset, { limits, definitions }) }
  if (routed.form || (routed.interaction === 'operation' && type === 'application/x-www-form-urlencoded')) {
    if (size === 0) return {}
    if (type !== 'application/x-www-form-urlencoded')
      throw unsupported(type, 'application/x-www-form-urlencoded')
    if (size > formBytes)
      throw new FhirError('body-too-large', `A form is no larger than ${formBytes} bytes.`)
    return { form: parseQueryString(textOf(request, charset, 'json')) }
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
  const format = type === '' ? 'json' : formatOf(type)
  if (format === undefined) throw unsupported(type, 'application/fhir+json or application/fhir+xml')
  const text = textOf(request, charset, format)
  return {
    resource:
      format === 'json'
        ? parseResource(text, limits)
        : readXml(text, definitions, { maxDepth: limits.jsonDepth }),
  }
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
  { limits, definitions }: BodyOptions,
): PatchDocument | undefined {
  if (request.body === undefined || request.body.length === 0) return undefined
  const format = formatOf(type)
  if (type !== 'application/json-patch+json' && !format) {
    throw unsupported(
      type,
      'application/json-patch+json for JSON Patch, or application/fhir+json or application/fhir+xml for FHIRPath Patch',
    )
  }
  const text = textOf(request, charset, format ?? 'json')
  const value =
    format === 'xml'
      ? readXml(text, definitions, { maxDepth: limits.jsonDepth })
      : parseJson(text, { maxDepth: limits.jsonDepth }).value
  const isParameters =
    typeof value === 'object' && value !== null && (value as AnyResource).resourceType === 'Parameters'
  if (type === 'application/json-patch+json' || !isParameters) {
    if (type !== 'application/json-patch+json') {
      throw new FhirError(
        'invalid-patch',
        `A patch as application/fhir+${format} is a Parameters resource; JSON Patch is sent as application/json-patch+json.`,
      )
    }
    return { format: 'json-patch', document: value }
  }
  return { format: 'fhirpath-patch', document: value }
}

/**
 * Whether the body of a Binary is its content. Under a generic JSON type it may be either: a resource says so itself. XML
 * under a generic type is content.
 */
function isRaw(request: FhirRequest, type: string, charset: string, limits: Limits): boolean {
  if (type === '' || type === 'application/fhir+json' || /^application\/(fhir\+xml|xml\+fhir)$/.test(type))
    return false
  if (formatOf(type) !== 'json') return true
  try {
    return parseResource(textOf(request, charset, 'json'), limits).resourceType !== 'Binary'
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

function textOf(request: FhirRequest, charset: string, format: Format): string {
  if (typeof request.body === 'string') return request.body
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new FhirError('unsupported-media-type', `FHIR is sent in UTF-8, not in '${charset.slice(0, 40)}'.`)
  }
  try {
    return decoder.decode(request.body)
  } catch {
    throw new FhirError(
      format === 'json' ? 'malformed-json' : 'malformed-xml',
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
