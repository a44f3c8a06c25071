import type { JsonContainer } from './digits.js'
import { stringifyJson } from './json.js'
import { quoteJson } from './json-writer.js'
import type { AnyResource } from './types.js'

/** A resource's JSON text, split around the two facts that are only known under the row's lock. */
export interface Content {
  /** Up to the version: `{"resourceType":"Patient","id":"x","meta":{"versionId":"`. */
  readonly head: string
  /** From after the closing quote of lastUpdated: the rest of meta, `}`, and all other elements. */
  readonly tail: string
}

/** Whether the digits of numbers have to be looked for; `lossy: false`, from `parseJson`, saves that. */
export interface ContentOptions {
  readonly lossy?: boolean
}

/**
 * The text to store of a resource: `resourceType`, `id` and `meta` first, then all other elements in the client's order,
 * with the digits of its numbers as written. The client's `id`, `meta.versionId` and `meta.lastUpdated` are replaced; a
 * `meta` that is no object counts as absent.
 */
export function contentOf(resource: AnyResource, id: string, options: ContentOptions = {}): Content {
  const type = quoteJson(resource.resourceType)
  const meta = resource.meta === undefined ? '' : stringifyJson(resource.meta, options)
  const head = `{"resourceType":${type},"id":${quoteJson(id)},"meta":{"versionId":"`
  const start = lengthOfStart(resource, type.length, meta.length)
  return {
    head,
    tail: `${metaTail(resource.meta, meta, options)}}${elementsTail(resource, start, options)}}`,
  }
}

/** The whole text: `head`, version, lastUpdated (milliseconds since the epoch), `tail`. Storage does the same in SQL. */
export function assembleContent(head: string, version: number, lastUpdated: number, tail: string): string {
  return `${head}${version}","lastUpdated":"${new Date(lastUpdated).toISOString()}"${tail}`
}

function metaTail(meta: unknown, text: string, options: ContentOptions): string {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return ''
  if (!('versionId' in meta || 'lastUpdated' in meta)) return continuation(text)
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...elements } = meta as JsonContainer
  return continuation(stringifyJson(elements, options))
}

function elementsTail(resource: AnyResource, start: number | undefined, options: ContentOptions): string {
  if (start !== undefined) return continuation(stringifyJson(resource, options), start)
  const { resourceType: _resourceType, id: _id, meta: _meta, ...elements } = resource
  return continuation(stringifyJson(elements, options))
}

/**
 * The length of `"resourceType":"...","id":"...","meta":{...}` in the resource's text where these come first, as nearly
 * every client writes them. Cutting that off is cheaper than copying the resource without them.
 */
function lengthOfStart(resource: AnyResource, typeLength: number, metaLength: number): number | undefined {
  let length = 0
  let seen = 0
  for (const key in resource) {
    if (key === 'resourceType') length += '"resourceType":,'.length + typeLength
    else if (key === 'id' && typeof resource.id === 'string')
      length += '"id":,'.length + quoteJson(resource.id).length
    else if (key === 'meta' && metaLength > 0) length += '"meta":,'.length + metaLength
    else break
    seen++
  }
  const present = 1 + (Object.hasOwn(resource, 'id') ? 1 : 0) + (Object.hasOwn(resource, 'meta') ? 1 : 0)
  return seen === present ? length - 1 : undefined
}

/** The members of an object, from an offset into them, as they continue an object that has some: `,"a":1`. */
function continuation(text: string, offset = 0): string {
  const members = text.slice(1 + offset, -1)
  return members === '' || members.startsWith(',') ? members : `,${members}`
}
