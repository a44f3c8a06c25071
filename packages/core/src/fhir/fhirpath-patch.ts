import type { Model, ResourceNode } from 'fhirpath'
import { FhirError } from '../errors/fhir-error.js'
import { cloneJson, type JsonContainer } from './digits.js'
import { type PatchOperation, type PatchValue, readFhirPathPatch } from './fhirpath-patch-document.js'
import {
  deleteElement,
  type Element,
  itemAt,
  listLength,
  renameElement,
  setElement,
  spliceElements,
} from './fhirpath-patch-edit.js'
import { ElementError, type NamedElement, nameElement, repeats } from './fhirpath-patch-model.js'
import { type Engine, loadEngine, PathError, placeOf } from './fhirpath-patch-path.js'
import { checkPatched } from './patch-result.js'
import type { AnyResource } from './types.js'

/**
 * Applies a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html) to a copy of a resource; the digits of numbers stay
 * as written, in the resource and in the patch. All operations or none.
 *
 * A path may navigate, index, filter with `where` and the like, but not call what leads out of the resource (`resolve`)
 * or computes. `insert` and `move` want a path that ends in the name of the list. Deleting what is not there is no error.
 *
 * @throws FhirError `invalid-patch` (400) for a malformed patch document or path; `patch-failed` (422) where a path does
 * not select one element, a value does not fit the definitions, or the resource's type or id would change. Both name the
 * index of the operation.
 */
export async function applyFhirPathPatch<T extends AnyResource>(
  resource: T,
  parameters: unknown,
): Promise<T> {
  const operations = readFhirPathPatch(parameters)
  const engine = await loadEngine()
  const result = cloneJson(resource)
  for (const operation of operations) {
    try {
      apply(engine, result as JsonContainer, operation)
    } catch (error) {
      throw explain(error, operation)
    }
  }
  checkPatched(resource, result)
  return result
}

/** Why an operation cannot be done; the message is a clause. */
class OperationError extends Error {
  override readonly name = 'OperationError'
}

function explain(error: unknown, { position, type, path }: PatchOperation): unknown {
  const start = `Operation ${position} of the FHIRPath Patch, ${type} at "${path}",`
  const expression = [`Parameters.parameter[${position}]`]
  if (error instanceof PathError) {
    return new FhirError('invalid-patch', `${start} is invalid: the path ${error.message}.`, { expression })
  }
  if (error instanceof OperationError || error instanceof ElementError) {
    return new FhirError('patch-failed', `${start} failed: ${error.message}.`, { expression })
  }
  return error
}

function apply({ model, select }: Engine, resource: JsonContainer, operation: PatchOperation): void {
  switch (operation.type) {
    case 'add':
      add(model, single(select(resource, operation.path)), operation.name, operation.value)
      break
    case 'delete': {
      const nodes = select(resource, operation.path)
      if (nodes.length > 0) remove(single(nodes))
      break
    }
    case 'replace':
      replace(model, single(select(resource, operation.path)), operation.value)
      break
    case 'insert': {
      const { container, path, name } = listOf(model, select, resource, operation.path)
      insert(
        container,
        name,
        operation.index,
        build(model, nameElement(model, path, name, operation.value), operation.value),
      )
      break
    }
    case 'move': {
      const { container, name } = listOf(model, select, resource, operation.path)
      move(container, name, operation.source, operation.destination)
    }
  }
}

function single(nodes: readonly ResourceNode[]): ResourceNode {
  const [node] = nodes
  if (nodes.length !== 1 || node === undefined) {
    throw new OperationError(
      `the path has to select one element, and it selects ${nodes.length === 0 ? 'none' : nodes.length}`,
    )
  }
  return node
}

/** The list that a path names, found through its parent: the list may be empty, and then nothing is there to select. */
function listOf(
  model: Model,
  select: Engine['select'],
  resource: JsonContainer,
  path: string,
): Inside & { name: string } {
  const match = /^(?:(.+)\.)?([A-Za-z]+)$/s.exec(path)
  if (!match) throw new PathError('has to end in the name of a list')
  const [, parentPath = '$this', name = ''] = match
  const inside = insideOf(single(select(resource, parentPath)))
  const repeating = repeats(model, inside.path, name)
  if (repeating === undefined) throw new ElementError(`${inside.path} has no element "${name}"`)
  if (!repeating) throw new ElementError(`${inside.path}.${name} is no list`)
  return { ...inside, name }
}

function add(model: Model, node: ResourceNode, name: string, value: PatchValue): void {
  const { container, path } = insideOf(node)
  put(container, nameElement(model, path, name, value), model, value)
}

/** Appends to a list, or sets what is not there yet. */
function put(container: JsonContainer, named: NamedElement, model: Model, value: PatchValue): void {
  const element = build(model, named, value)
  if (named.repeats) {
    spliceElements(container, named.key, listLength(container, named.key), 0, [element])
    return
  }
  const present = named.keys.find(
    (key) => Object.hasOwn(container, key) || Object.hasOwn(container, `_${key}`),
  )
  if (present !== undefined) throw new OperationError(`"${present}" is there already`)
  setElement(container, named.key, element)
}

/** Removes an element, and what it leaves empty above it: FHIR has no empty elements. */
function remove(node: ResourceNode): void {
  const place = placeOf(node)
  const parent = node.parentResNode
  if (!place || !parent) throw new OperationError('a patch cannot delete the whole resource')
  const { container, key, index } = place
  if (index === undefined) deleteElement(container, key)
  else spliceElements(container, key, index, 1, [])
  if (Object.keys(container).length > 0) return
  if (container === parent.data) remove(parent)
  else removeExtra(parent)
}

/** Removes the sibling that held a primitive's id and extensions. */
function removeExtra(node: ResourceNode): void {
  const place = placeOf(node)
  if (!place) return
  const { container, key, index } = place
  if (index === undefined) delete container[`_${key}`]
  else spliceElements(container, key, index, 1, [{ ...itemAt(container, key, index), extra: undefined }])
}

function replace(model: Model, node: ResourceNode, value: PatchValue): void {
  const place = placeOf(node)
  const parent = node.parentResNode
  if (!place || !parent) throw new OperationError('a patch cannot replace the whole resource')
  const { container, key, index } = place
  const named = nameElement(model, modelPath(parent), node.propName ?? key, value)
  const element = build(model, named, value)
  if (index !== undefined) spliceElements(container, key, index, 1, [element])
  else if (named.key === key) setElement(container, key, element)
  else renameElement(container, key, named.key, element)
}

function insert(container: JsonContainer, name: string, index: number, element: Element): void {
  const length = listLength(container, name)
  if (index > length) throw new OperationError(`index ${index} is beyond the end of the list, ${length}`)
  spliceElements(container, name, index, 0, [element])
}

function move(container: JsonContainer, name: string, source: number, destination: number): void {
  const length = listLength(container, name)
  if (source >= length) throw new OperationError(`source ${source} is not in the list of ${length}`)
  if (destination >= length)
    throw new OperationError(`destination ${destination} is not in the list of ${length}`)
  const item = itemAt(container, name, source)
  spliceElements(container, name, source, 1, [])
  spliceElements(container, name, destination, 0, [item])
}

function build(model: Model, { path }: NamedElement, value: PatchValue): Element {
  if (value.kind === 'typed') {
    return { value: cloneJson(value.value), source: value.source, extra: cloneJson(value.extra) }
  }
  if (value.kind === 'resource') return { value: cloneJson(value.value) }
  const object: JsonContainer = {}
  for (const part of value.parts)
    put(object, nameElement(model, path, part.name, part.value), model, part.value)
  return { value: object }
}

/** The object that holds a node's own elements, and its path in the model. */
interface Inside {
  readonly container: JsonContainer
  readonly path: string
}

/** A primitive's own elements are its id and extensions, in a sibling that is made here if needed. */
function insideOf(node: ResourceNode): Inside {
  const path = modelPath(node)
  if (isPlain(node.data)) return { container: node.data, path }
  const place = placeOf(node)
  if (!place) throw new OperationError('the path selects no element')
  const { container, key, index } = place
  const item = index === undefined ? { extra: container[`_${key}`] } : itemAt(container, key, index)
  const extra = (item.extra ?? {}) as JsonContainer
  if (index === undefined) container[`_${key}`] = extra
  else spliceElements(container, key, index, 1, [{ value: undefined, ...item, extra }])
  return { container: extra, path }
}

function modelPath(node: ResourceNode): string {
  return isPlain(node.data) ? (node.path ?? '') : 'Element'
}

/** The engine wraps numbers in objects of its own; elements are plain. */
function isPlain(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
