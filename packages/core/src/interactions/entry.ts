import { FhirError } from '../errors/fhir-error.js'
import { toErrorResponse } from '../errors/outcome.js'
import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { BundleInteraction, Interaction, PatchDocument } from '../plugin/interaction.js'
import type { EngineParts } from './engine.js'
import { route } from './route.js'
import { toInteraction } from './to-interaction.js'

/** An entry of a batch or transaction with the interaction that it asks for. */
export interface RequestEntry {
  readonly index: number
  readonly fullUrl?: string
  readonly interaction: Interaction
}

interface RawEntry {
  readonly fullUrl?: unknown
  readonly resource?: AnyResource
  readonly request?: Readonly<Record<string, unknown>>
}

/** The entries of a bundle as they came. @throws FhirError `bundle-too-large`. */
export function rawEntries(parts: EngineParts, interaction: BundleInteraction): readonly unknown[] {
  const entries = interaction.bundle.entry ?? []
  if (!Array.isArray(entries)) {
    throw new FhirError('malformed-request', 'Expected Bundle.entry to be an array.', {
      expression: ['Bundle.entry'],
    })
  }
  if (entries.length > parts.limits.bundleEntries) {
    throw new FhirError(
      'bundle-too-large',
      `The bundle has ${entries.length} entries; this server takes up to ${parts.limits.bundleEntries}. Send it in parts.`,
      { expression: ['Bundle.entry'] },
    )
  }
  return entries
}

/**
 * The interaction of one entry (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request).
 *
 * @throws FhirError with the FHIRPath of the entry.
 */
export function parseEntry(
  parts: EngineParts,
  raw: unknown,
  index: number,
  bundle: BundleInteraction,
  ctx: RequestContext,
): RequestEntry {
  return atEntry(index, () => {
    const { fullUrl, resource, request } = (typeof raw === 'object' && raw !== null ? raw : {}) as RawEntry
    const text = (name: string): string | undefined => {
      const value = request?.[name]
      return typeof value === 'string' ? value : undefined
    }
    const method = text('method')
    const url = text('url')
    if (method === undefined || url === undefined) {
      throw new FhirError(
        'malformed-request',
        `An entry of a ${bundle.interaction} needs request.method and request.url.`,
      )
    }
    const routed = route(parts.definitions, method, relativeUrl(url, ctx.baseUrl))
    if (routed.interaction === 'bundle') {
      throw new FhirError('malformed-request', 'A bundle cannot be an entry of a batch or transaction.')
    }
    if (
      resource !== undefined &&
      (typeof resource !== 'object' || resource === null || Array.isArray(resource))
    ) {
      throw new FhirError('malformed-request', 'Expected entry.resource to be a resource.')
    }
    const interaction = toInteraction(routed, {
      method,
      ifMatch: text('ifMatch'),
      ifNoneMatch: text('ifNoneMatch'),
      ifModifiedSince: text('ifModifiedSince'),
      ifNoneExist: text('ifNoneExist'),
      resource,
      patch: routed.interaction === 'patch' ? patchOf(resource) : undefined,
    })
    return typeof fullUrl === 'string' ? { index, fullUrl, interaction } : { index, interaction }
  })
}

/** A patch in a bundle: Parameters of FHIRPath Patch, or a Binary that holds a JSON Patch. */
function patchOf(resource: AnyResource | undefined): PatchDocument | undefined {
  if (!resource) return undefined
  if (resource.resourceType === 'Parameters') return { format: 'fhirpath-patch', document: resource }
  if (resource.resourceType === 'Binary' && typeof resource.data === 'string') {
    const document = parseJson(Buffer.from(resource.data, 'base64').toString('utf8')).value
    return { format: 'json-patch', document }
  }
  throw new FhirError(
    'invalid-patch',
    'A patch in a bundle is a Parameters resource, or a Binary with a JSON Patch in data.',
  )
}

function relativeUrl(url: string, baseUrl: string): string {
  if (url.startsWith(`${baseUrl}/`)) return url.slice(baseUrl.length + 1)
  return url.startsWith('/') ? url.slice(1) : url
}

/** Runs work for an entry; a failure then says which entry it was. */
export function atEntry<T>(index: number, work: () => T): T {
  try {
    const result = work()
    if (result instanceof Promise) return result.catch((error) => failAt(index, error)) as T
    return result
  } catch (error) {
    return failAt(index, error)
  }
}

function failAt(index: number, error: unknown): never {
  if (!FhirError.is(error)) throw error
  const path = `Bundle.entry[${index}]`
  if (error.issues?.some((issue) => issue.expression?.some((expression) => expression.startsWith(path))))
    throw error
  const { outcome } = toErrorResponse(error)
  const issues = outcome.issue.map((issue) => ({
    ...issue,
    diagnostics: `${path}: ${issue.diagnostics ?? issue.details?.text ?? ''}`,
    expression: [path, ...(issue.expression ?? [])],
  }))
  throw new FhirError(error.code, error.message, {
    status: error.status,
    headers: error.headers,
    issues,
    cause: error,
  })
}
