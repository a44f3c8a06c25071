import { FhirError } from '../errors/fhir-error.js'
import { parseVersionId } from '../fhir/ids.js'
import type { AnyResource } from '../fhir/types.js'
import type { Interaction, PatchDocument, QueryParameters, View } from '../plugin/interaction.js'
import { parseQueryString } from './query-string.js'
import type { RoutedRequest } from './route.js'

/** What comes with a method and URL, from HTTP headers or from `Bundle.entry.request`. */
export interface RequestParts {
  readonly method: string
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifNoneExist?: string | undefined
  readonly resource?: AnyResource | undefined
  readonly patch?: PatchDocument | undefined
  /** Parameters of a form body. */
  readonly form?: QueryParameters | undefined
  readonly return?: 'minimal' | 'representation' | 'OperationOutcome'
}

/** Parameters that shape the response and are no search criteria of a conditional interaction. */
const responseParameters = new Set(['_format', '_pretty', '_summary', '_elements'])

/**
 * The interaction that a request asks for.
 *
 * @throws FhirError `malformed-request` where the body is missing, `invalid-header` for preconditions that cannot be read.
 */
export function toInteraction(routed: RoutedRequest, parts: RequestParts): Interaction {
  const { type = '', id = '' } = routed
  const parameters = parts.form ? [...routed.parameters, ...parts.form] : routed.parameters
  switch (routed.interaction) {
    case 'read':
      return {
        interaction: 'read',
        type,
        id,
        ...present(
          'ifNoneMatch',
          parts.ifNoneMatch === undefined ? undefined : parseEntityTags(parts.ifNoneMatch),
        ),
        ...present('ifModifiedSince', parseHttpDate(parts.ifModifiedSince)),
        ...present('view', viewOf(parameters)),
      }
    case 'vread':
      return {
        interaction: 'vread',
        type,
        id,
        version: routed.version ?? '',
        ...present('view', viewOf(parameters)),
      }
    case 'create':
      return {
        interaction: 'create',
        type,
        resource: bodyOf(parts, type),
        ...present(
          'ifNoneExist',
          parts.ifNoneExist === undefined ? undefined : ifNoneExistCriteria(parts.ifNoneExist),
        ),
      }
    case 'update': {
      if (parts.ifNoneMatch !== undefined && parts.ifNoneMatch.trim() !== '*') {
        throw new FhirError(
          'invalid-header',
          "An update takes only 'If-None-Match: *'. To update one version, send If-Match.",
        )
      }
      const create = parts.ifNoneMatch === undefined ? {} : { ifNoneMatch: true }
      return {
        interaction: 'update',
        type,
        ...target(routed, parameters),
        resource: bodyOf(parts, type),
        ...ifMatch(parts),
        ...create,
      }
    }
    case 'patch':
      if (!parts.patch) throw missingBody('a JSON Patch array or a Parameters resource of FHIRPath Patch')
      return {
        interaction: 'patch',
        type,
        ...target(routed, parameters),
        patch: parts.patch,
        ...ifMatch(parts),
      }
    case 'delete':
      return { interaction: 'delete', type, ...target(routed, parameters), ...ifMatch(parts) }
    case 'history-instance':
    case 'history-type':
    case 'history-system':
      return {
        interaction: routed.interaction,
        ...present('type', routed.type),
        ...present('id', routed.id),
        parameters,
      }
    case 'search-type':
    case 'search-system':
      return {
        interaction: routed.interaction,
        ...present('type', routed.type),
        ...present('compartment', routed.compartment),
        parameters,
      }
    case 'capabilities':
      return { interaction: 'capabilities', mode: capabilityMode(parameters) }
    case 'operation':
      return {
        interaction: 'operation',
        name: routed.operation ?? '',
        ...present('type', routed.type),
        ...present('id', routed.id),
        method: parts.method === 'POST' ? 'POST' : 'GET',
        parameters,
        ...present('resource', parts.resource),
      }
    case 'bundle':
    case 'batch':
    case 'transaction':
      return bundleInteraction(bodyOf(parts, 'Bundle'), parts.return ?? 'minimal')
  }
}

function bundleInteraction(
  bundle: AnyResource,
  returned: 'minimal' | 'representation' | 'OperationOutcome',
): Interaction {
  if (bundle.resourceType !== 'Bundle' || (bundle.type !== 'batch' && bundle.type !== 'transaction')) {
    const found =
      bundle.resourceType === 'Bundle'
        ? `a Bundle of type '${String(bundle.type).slice(0, 40)}'`
        : `a ${String(bundle.resourceType).slice(0, 60)}`
    throw new FhirError(
      'malformed-request',
      `Expected a Bundle of type 'batch' or 'transaction', found ${found}. A single resource is sent to its type, such as POST /Patient.`,
      { expression: ['Bundle.type'] },
    )
  }
  return { interaction: bundle.type, bundle, return: returned }
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

function target(
  routed: RoutedRequest,
  parameters: QueryParameters,
): { id: string } | { criteria: QueryParameters } {
  if (routed.id !== undefined) return { id: routed.id }
  return { criteria: parameters.filter(([name]) => !responseParameters.has(name)) }
}

function bodyOf(parts: RequestParts, type: string): AnyResource {
  if (!parts.resource) throw missingBody(`a ${type} resource`)
  return parts.resource
}

function missingBody(expected: string): FhirError {
  return new FhirError('malformed-request', `The request has no body; expected ${expected}.`)
}

function ifMatch(parts: RequestParts): { ifMatch?: number } {
  if (parts.ifMatch === undefined) return {}
  const tags = parseEntityTags(parts.ifMatch)
  if (tags.length !== 1 || tags[0] === '*') {
    throw new FhirError(
      'invalid-header',
      `Expected If-Match with one version, such as W/"3", found '${parts.ifMatch.slice(0, 60)}'.`,
    )
  }
  // A versionId that this server never gave out matches no version.
  return { ifMatch: parseVersionId(tags[0] as string) ?? -1 }
}

/** The versionIds in `W/"1", W/"2"`; unquoted ones, which many clients send, are read too. */
function parseEntityTags(header: string): string[] {
  return header
    .split(',')
    .map((tag) =>
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .filter((tag) => tag !== '')
}

/** A date that cannot be read counts as absent (RFC 9110, section 13.1.3). */
function parseHttpDate(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const time = Date.parse(header)
  return Number.isNaN(time) ? undefined : time
}

function ifNoneExistCriteria(header: string): QueryParameters {
  const query = header.includes('?') ? header.slice(header.indexOf('?') + 1) : header
  return parseQueryString(query).filter(([name]) => !responseParameters.has(name))
}

const summaries = new Set(['true', 'text', 'data', 'count', 'false'])

function viewOf(parameters: QueryParameters): View | undefined {
  const last = (name: string) => parameters.filter(([found]) => found === name).at(-1)?.[1]
  const summary = last('_summary')
  const elements = last('_elements')
  if (summary !== undefined && !summaries.has(summary)) {
    throw new FhirError(
      'invalid-search',
      `_summary is true, text, data, count or false, not '${summary.slice(0, 40)}'.`,
    )
  }
  if (summary === 'count') {
    throw new FhirError('invalid-search', '_summary=count counts the matches of a search; a read has none.')
  }
  if (summary === undefined && elements === undefined) return undefined
  return {
    ...(summary === undefined ? {} : { summary: summary as NonNullable<View['summary']> }),
    ...(elements === undefined ? {} : { elements: elements.split(',').filter((name) => name !== '') }),
  }
}

function capabilityMode(parameters: QueryParameters): 'full' | 'normative' | 'terminology' {
  const mode = parameters.find(([name]) => name === 'mode')?.[1] ?? 'full'
  if (mode === 'full' || mode === 'normative' || mode === 'terminology') return mode
  throw new FhirError(
    'malformed-request',
    `mode is full, normative or terminology, not '${mode.slice(0, 40)}'.`,
  )
}
