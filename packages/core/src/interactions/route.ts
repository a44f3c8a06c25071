import type { Definitions } from '../definitions/definitions.js'
import { FhirError } from '../errors/fhir-error.js'
import { isId } from '../fhir/ids.js'
import type { InteractionCode, QueryParameters } from '../plugin/interaction.js'
import { parseQueryString } from './query-string.js'

/** What a method and a URL ask for (https://hl7.org/fhir/R4/http.html#summary). The body is read later, as this tells. */
export interface RoutedRequest {
  readonly interaction: InteractionCode | 'bundle'
  readonly type?: string
  readonly id?: string
  readonly version?: string
  readonly operation?: string
  readonly compartment?: { readonly type: string; readonly id: string }
  /** Of the URL; those of a form body come on top. */
  readonly parameters: QueryParameters
  /** True where a form body adds to the parameters: `POST .../_search`. */
  readonly form?: boolean
}

type Methods = Readonly<Record<string, Omit<RoutedRequest, 'parameters'>>>

/**
 * Finds the interaction of a request.
 *
 * @param target path and query below the base URL, without a leading slash: `Patient/1?_pretty=true`.
 * @throws FhirError `unknown-route`, `unknown-resource-type`, `method-not-allowed`, `malformed-request`.
 */
export function route(definitions: Definitions, method: string, target: string): RoutedRequest {
  const methods = methodsOf(definitions, segmentsOf(target))
  const asked = method === 'HEAD' ? 'GET' : method
  const found = Object.hasOwn(methods, asked) ? methods[asked] : undefined
  if (!found) {
    const allow = Object.keys(methods)
    throw new FhirError(
      'method-not-allowed',
      `${method.slice(0, 20)} is not possible here; ${allow.join(', ')} is.`,
      {
        headers: { allow: withHead(allow).join(', ') },
      },
    )
  }
  const mark = target.indexOf('?')
  return { ...found, parameters: mark === -1 ? [] : parseQueryString(target.slice(mark + 1)) }
}

/** The methods that a target takes, for `Allow`. @throws FhirError as `route` does. */
export function allowedMethods(definitions: Definitions, target: string): readonly string[] {
  return withHead(Object.keys(methodsOf(definitions, segmentsOf(target))))
}

function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes('GET') ? ['HEAD', ...methods] : methods
}

function segmentsOf(target: string): readonly string[] {
  const [path = ''] = target.split('?', 1)
  return path === '' ? [] : path.replace(/\/$/, '').split('/').map(decodeSegment)
}

function methodsOf(definitions: Definitions, segments: readonly string[]): Methods {
  const [first, second, third, fourth] = segments
  if (first === undefined) return { GET: { interaction: 'search-system' }, POST: { interaction: 'bundle' } }
  if (first.startsWith('$') && segments.length === 1) return operationMethods(first)
  if (first === 'metadata' && segments.length === 1) return { GET: { interaction: 'capabilities' } }
  if (first === '_history' && segments.length === 1) return { GET: { interaction: 'history-system' } }
  if (first === '_search' && segments.length === 1)
    return { POST: { interaction: 'search-system', form: true } }
  if (!definitions.isResourceType(first)) throw unknownType(first)

  const type = first
  if (second === undefined) {
    return {
      GET: { interaction: 'search-type', type },
      POST: { interaction: 'create', type },
      PUT: { interaction: 'update', type },
      PATCH: { interaction: 'patch', type },
      DELETE: { interaction: 'delete', type },
    }
  }
  if (third === undefined) {
    if (second === '_search') return { POST: { interaction: 'search-type', type, form: true } }
    if (second === '_history') return { GET: { interaction: 'history-type', type } }
    if (second.startsWith('$')) return operationMethods(second, type)
    if (!isId(second)) throw invalidId(second)
    const named = { type, id: second }
    return {
      GET: { interaction: 'read', ...named },
      PUT: { interaction: 'update', ...named },
      PATCH: { interaction: 'patch', ...named },
      DELETE: { interaction: 'delete', ...named },
    }
  }
  if (!isId(second)) throw invalidId(second)
  const id = second
  if (third === '_history' && segments.length === 3)
    return { GET: { interaction: 'history-instance', type, id } }
  if (third === '_history' && fourth !== undefined && segments.length === 4) {
    return { GET: { interaction: 'vread', type, id, version: fourth } }
  }
  if (third.startsWith('$') && segments.length === 3) return operationMethods(third, type, id)
  return compartmentMethods(definitions, segments, type, id)
}

function compartmentMethods(
  definitions: Definitions,
  segments: readonly string[],
  type: string,
  id: string,
): Methods {
  const member = segments[2] as string
  const form = segments[3] === '_search'
  if (segments.length > 4 || (segments.length === 4 && !form) || !definitions.compartments.has(type)) {
    throw unknownRoute(segments)
  }
  const compartment = { type, id }
  const searched =
    member === '*'
      ? { interaction: 'search-system' as const, compartment }
      : { interaction: 'search-type' as const, type: member, compartment }
  if (member !== '*' && !definitions.isResourceType(member)) throw unknownType(member)
  return form ? { POST: { ...searched, form } } : { GET: searched }
}

function operationMethods(segment: string, type?: string, id?: string): Methods {
  const operation = {
    interaction: 'operation' as const,
    operation: segment.slice(1),
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
  }
  return { GET: operation, POST: operation }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new FhirError(
      'malformed-request',
      `The path has '${segment.slice(0, 60)}', which is no percent-encoded UTF-8 text. Encode a literal % as %25.`,
    )
  }
}

function unknownType(name: string): FhirError {
  return new FhirError(
    'unknown-resource-type',
    `'${name.slice(0, 64)}' is not an R4 resource type. Types are written as in Patient or MedicationRequest; /metadata lists them.`,
  )
}

function unknownRoute(segments: readonly string[]): FhirError {
  return new FhirError(
    'unknown-route',
    `There is nothing at '${segments.join('/').slice(0, 120)}'. The API is described at /metadata below the base URL.`,
  )
}

function invalidId(id: string): FhirError {
  return new FhirError(
    'not-found',
    `'${id.slice(0, 70)}' cannot be an id: ids have 1 to 64 characters out of A-Z, a-z, 0-9, '-' and '.'.`,
    { status: 404 },
  )
}
