import { type JsonContainer, setSource, sourceOf, spliceJson } from './digits.js'

/** An element as FHIR's JSON writes it: a value, for a number its kept digits, for a primitive its id and extensions. */
export interface Element {
  readonly value: unknown
  readonly source?: string | undefined
  readonly extra?: unknown
}

/** Sets `container[key]`, and with it the sibling `_key`. */
export function setElement(container: JsonContainer, key: string, element: Element): void {
  assign(container, key, element.value)
  assign(container, `_${key}`, element.extra)
  setSource(container, key, element.source)
}

export function deleteElement(container: JsonContainer, key: string): void {
  setElement(container, key, { value: undefined })
}

/** Puts an element under another name where one was, so that the client's order of elements stays. */
export function renameElement(container: JsonContainer, from: string, to: string, element: Element): void {
  const following = Object.keys(container).slice(
    Object.keys(container).findIndex((name) => name === from || name === `_${from}`),
  )
  const moved = following
    .filter((name) => name !== from && name !== `_${from}`)
    .map((name) => [name, container[name]] as const)
  deleteElement(container, from)
  for (const [name] of moved) delete container[name]
  setElement(container, to, element)
  for (const [name, value] of moved) container[name] = value
}

/** How many items a list has; those of a list of primitives may have an id or extensions only. */
export function listLength(container: JsonContainer, key: string): number {
  return Math.max(listAt(container, key).length, listAt(container, `_${key}`).length)
}

export function itemAt(container: JsonContainer, key: string, index: number): Element {
  const values = listAt(container, key)
  return {
    value: values[index],
    source: sourceOf(values, index),
    extra: listAt(container, `_${key}`)[index] ?? undefined,
  }
}

/** `splice` for a list and, where there is one, its parallel list of ids and extensions. An emptied list goes. */
export function spliceElements(
  container: JsonContainer,
  key: string,
  start: number,
  remove: number,
  elements: readonly Element[],
): void {
  const length = listLength(container, key)
  const values = padded(listAt(container, key), length)
  const extras = padded(listAt(container, `_${key}`), length)
  spliceJson(
    values,
    start,
    remove,
    elements.map((element) => element.value ?? null),
    elements.map((element) => element.source),
  )
  spliceJson(
    extras,
    start,
    remove,
    elements.map((element) => element.extra ?? null),
  )
  assign(container, key, values.some((value) => value !== null) ? values : undefined)
  assign(container, `_${key}`, extras.some((extra) => extra !== null) ? extras : undefined)
}

function listAt(container: JsonContainer, key: string): unknown[] {
  const value = container[key]
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function padded(list: unknown[], length: number): unknown[] {
  while (list.length < length) list.push(null)
  return list
}

function assign(container: JsonContainer, key: string, value: unknown): void {
  if (value === undefined || value === null) delete container[key]
  else container[key] = value
}
