import rfc6902 from 'rfc6902'
import { FhirError } from '../errors/fhir-error.js'
import { type JsonContainer, sourceOf } from './digits.js'
import { decodeDigits, encodeDigits, equalEncoded } from './digits-encoded.js'
import { follow, isIndex, pointerTokens } from './json-pointer.js'
import { checkPatched } from './patch-result.js'
import type { AnyResource } from './types.js'

type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }

/** Where the resource sits while it is patched: as the member of an object it is a target like any other. */
const root = '/resource'

/**
 * Applies a JSON Patch (RFC 6902, https://hl7.org/fhir/R4/http.html#patch) to a copy of a resource; the digits of
 * numbers stay as written, in the resource and in the patch. All operations or none.
 *
 * @throws FhirError `invalid-patch` (400) for a malformed patch document; `patch-failed` (422) where a path does not
 * exist, a test fails, or the resource's type or id would change. Both name the index of the operation.
 */
export function applyJsonPatch<T extends AnyResource>(resource: T, patch: unknown): T {
  const operations = checkDocument(patch)
  // The library knows nothing of kept digits: to it, such numbers are strings.
  const holder: JsonContainer = { resource: encodeDigits(resource) }
  const budget = { nodes: copyLimit }
  for (const [index, operation] of operations.entries()) apply(holder, operation, index, budget)
  checkPatched(resource, holder.resource)
  return decodeDigits(holder.resource) as T
}

function checkDocument(patch: unknown): Operation[] {
  if (!Array.isArray(patch)) {
    throw new FhirError('invalid-patch', 'A JSON Patch is an array of operations, and this is none.')
  }
  return patch.map((operation, index) => checkOperation(operation, index))
}

function checkOperation(operation: unknown, index: number): Operation {
  const refuse = (problem: string) =>
    new FhirError('invalid-patch', `Operation ${index} of the JSON Patch ${problem}.`)
  if (typeof operation !== 'object' || operation === null) throw refuse('is no object')
  const { op, path, from } = operation as JsonContainer
  if (typeof path !== 'string' || !pointerTokens(path))
    throw refuse('needs a "path" that is a JSON Pointer, like "/name/0"')
  const target = `${root}${path}`
  switch (op) {
    case 'remove':
      return { op, path: target }
    case 'move':
    case 'copy':
      if (typeof from !== 'string' || !pointerTokens(from))
        throw refuse('needs a "from" that is a JSON Pointer')
      return { op, path: target, from: `${root}${from}` }
    case 'add':
    case 'replace':
    case 'test': {
      if (!Object.hasOwn(operation, 'value')) throw refuse('needs a "value"')
      return {
        op,
        path: target,
        value: encodeDigits((operation as { value: unknown }).value, sourceOf(operation, 'value')),
      }
    }
    default:
      throw refuse('needs an "op": add, remove, replace, move, copy or test')
  }
}

/**
 * The library makes the changes. What it is lax about is settled before: it follows inherited properties, skips over
 * some names, and compares with a cost that grows with the square of a list's length.
 */
function apply(holder: JsonContainer, operation: Operation, index: number, budget: { nodes: number }): void {
  const fail = (problem: string): never => {
    const path = operation.path.slice(root.length)
    throw new FhirError(
      'patch-failed',
      `Operation ${index} of the JSON Patch, ${operation.op} "${path}", failed: ${problem}.`,
    )
  }
  const change = (edit: Parameters<typeof rfc6902.applyPatch>[1][number]) => {
    const [error] = rfc6902.applyPatch(holder, [edit])
    if (error) fail(error.message)
  }
  const locate = (path: string) => {
    const tokens = pointerTokens(path) ?? []
    const stray = tokens.find((token) => unsafe.has(token))
    return stray === undefined ? follow(holder, tokens) : fail(`"${stray}" is no element`)
  }
  const existing = (path: string): unknown => {
    const target = locate(path)
    return target.exists ? target.value : fail(target.missing)
  }
  const add = (value: unknown) => {
    const { parent, key, missing } = locate(operation.path)
    if (parent === undefined) fail(missing)
    const fits = !Array.isArray(parent) || key === '-' || (isIndex(key) && Number(key) <= parent.length)
    if (!fits) fail(missing)
    change({ op: 'add', path: operation.path, value })
  }
  switch (operation.op) {
    case 'add':
      add(operation.value)
      break
    case 'remove':
    case 'replace':
      existing(operation.path)
      change(operation)
      break
    case 'copy':
      add(spend(existing(operation.from), budget))
      break
    case 'move': {
      const value = spend(existing(operation.from), budget)
      if (operation.path.startsWith(`${operation.from}/`)) fail('nothing can be moved into itself')
      change({ op: 'remove', path: operation.from })
      add(value)
      break
    }
    case 'test':
      if (!equalEncoded(existing(operation.path), operation.value)) fail('what is there differs from "value"')
  }
}

/**
 * Elements that all copies and moves of a patch may have together: a few dozen copies that double a list would exhaust
 * the memory, and the library copies what it moves.
 */
const copyLimit = 100_000

function spend(value: unknown, budget: { nodes: number }): unknown {
  if (--budget.nodes < 0) {
    throw new FhirError('too-costly', `The JSON Patch copies and moves more than ${copyLimit} elements.`)
  }
  if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) spend(item, budget)
  return value
}

/** Names that the library steps over wherever they stand in a path, so that it would change something else. */
const unsafe: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
