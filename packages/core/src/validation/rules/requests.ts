import type { Finding, RuleTarget } from '../contract.js'
import { resourceTypes } from '../place.js'
import { isObject, type JsonObject } from './values.js'

/**
 * The request of an entry of a batch or transaction (https://hl7.org/fhir/R4/http.html#transaction): its URL has the form
 * that its method needs, and its resource is there and of that type.
 */
export function checkRequest(target: RuleTarget, entry: JsonObject, where: string): void {
  const { request, resource } = entry
  if (!isObject(request) || typeof request.url !== 'string') return
  const { method, url } = request
  const fail = (path: string, code: Finding['code'], text: string) => {
    const expression = `${where}.${path}`
    target.report({ severity: 'error', code, expression, text: `${expression}: ${text}` })
  }
  const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH'
  if (isWrite && resource === undefined) {
    fail('resource', 'required', `${method} needs a resource, found none.`)
  }
  if (method === 'DELETE' && resource !== undefined) {
    fail('resource', 'structure', 'DELETE has no resource: leave it out.')
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url)) return
  const [path = ''] = url.split('?')
  const [type = '', id] = path.replace(/^\//, '').split('/')
  if (type.startsWith('$') || id?.startsWith('$') || path.includes('/$')) return
  if (isWrite && type !== '' && !resourceTypes().includes(type)) {
    fail('request.url', 'value', `expected a resource type first, as in Patient/1, found '${url}'.`)
    return
  }
  if (method === 'POST' && id !== undefined && id !== '_search') {
    fail(
      'request.url',
      'value',
      `POST creates under a type and without an id, such as ${type}; found '${url}'.`,
    )
  }
  if ((method === 'PUT' || method === 'DELETE') && id === undefined && !url.includes('?')) {
    fail(
      'request.url',
      'value',
      `${method} needs ${type}/[id], or a condition after a question mark; found '${url}'.`,
    )
  }
  if ((method === 'POST' || method === 'PUT') && isObject(resource) && id !== '_search') {
    checkResource(method, { type, id }, resource, fail)
  }
}

type Fail = (path: string, code: Finding['code'], text: string) => void

function checkResource(
  method: string,
  { type, id }: { readonly type: string; readonly id: string | undefined },
  resource: JsonObject,
  fail: Fail,
): void {
  const found = String(resource.resourceType)
  if (type !== '' && found !== type) {
    fail('request.url', 'value', `expected ${found}, the type of the resource, found '${type}'.`)
  } else if (method === 'PUT' && id !== undefined && resource.id !== undefined && resource.id !== id) {
    fail(
      'request.url',
      'value',
      `expected ${found}/${String(resource.id)}, as the resource says, found '${id}'.`,
    )
  }
}
