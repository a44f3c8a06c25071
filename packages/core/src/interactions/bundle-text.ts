import type { InteractionResult } from '../plugin/interaction.js'
import { lastUpdatedOf } from '../plugin/result.js'
import type { StoredResource } from '../storage/storage.js'

/** A `Bundle.link`. */
export interface Link {
  readonly relation: string
  readonly url: string
}

/**
 * The JSON text of a bundle put together from the texts of its entries: what was stored leaves byte for byte, with
 * nothing parsed.
 */
export function bundleText(
  type: string,
  facts: { readonly total?: number; readonly links?: readonly Link[]; readonly lastUpdated: number },
  entries: readonly string[],
): string {
  const total = facts.total === undefined ? '' : `,"total":${facts.total}`
  const links = facts.links && facts.links.length > 0 ? `,"link":${JSON.stringify(facts.links)}` : ''
  // FHIR knows no empty arrays.
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
  const meta = `"meta":{"lastUpdated":"${new Date(facts.lastUpdated).toISOString()}"}`
  return `{"resourceType":"Bundle",${meta},"type":"${type}"${total}${links}${list}}`
}

/** An entry of a searchset. A contained resource is below its container's URL. */
export function searchEntry(
  baseUrl: string,
  row: StoredResource,
  content: string,
  mode: 'match' | 'include' | 'outcome',
): string {
  const inside = row.contained === undefined ? '' : `#${row.contained}`
  const url = `${baseUrl}/${row.type}/${row.id}${inside}`
  return `{"fullUrl":${JSON.stringify(url)},"resource":${content},"search":{"mode":"${mode}"}}`
}

/** The entry of an OperationOutcome in a searchset. */
export function outcomeEntry(content: string): string {
  return `{"resource":${content},"search":{"mode":"outcome"}}`
}

/** An entry of a history bundle. A POST is of the type, PUT and DELETE of the resource. */
export function historyEntry(
  baseUrl: string,
  row: StoredResource & { readonly method: 'POST' | 'PUT' | 'DELETE' },
  content: string,
): string {
  const url = row.method === 'POST' ? row.type : `${row.type}/${row.id}`
  const status = row.method === 'DELETE' ? '204' : row.version === 1 ? '201' : '200'
  const resource = row.deleted ? '' : `"resource":${content},`
  return (
    `{"fullUrl":${JSON.stringify(`${baseUrl}/${row.type}/${row.id}`)},${resource}` +
    `"request":{"method":"${row.method}","url":${JSON.stringify(url)}},` +
    `"response":{"status":"${status}","etag":"W/\\"${row.version}\\"","lastModified":"${new Date(lastUpdatedOf(row.seq)).toISOString()}"}}`
  )
}

/** An entry of a batch-response or transaction-response. */
export function responseEntry(
  baseUrl: string,
  result: InteractionResult,
  parts: { readonly resource?: string | undefined; readonly outcome?: string | undefined },
): string {
  const { type, id, version, lastUpdated } = result
  const response: Record<string, unknown> = { status: statusText(result.status) }
  if (result.located && type !== undefined && id !== undefined) {
    response.location = version === undefined ? `${type}/${id}` : `${type}/${id}/_history/${version}`
  }
  if (version !== undefined) response.etag = `W/"${version}"`
  if (lastUpdated !== undefined) response.lastModified = new Date(lastUpdated).toISOString()
  const text = JSON.stringify(response)
  const withOutcome = parts.outcome === undefined ? text : `${text.slice(0, -1)},"outcome":${parts.outcome}}`
  const fullUrl =
    result.isResource && type !== undefined && id !== undefined
      ? `"fullUrl":${JSON.stringify(`${baseUrl}/${type}/${id}`)},`
      : ''
  const resource = parts.resource === undefined ? '' : `"resource":${parts.resource},`
  return `{${fullUrl}${resource}"response":${withOutcome}}`
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
}

function statusText(status: number): string {
  const reason = reasons[status]
  return reason === undefined ? String(status) : `${status} ${reason}`
}
