/**
 * Where the source text of a number lives that JavaScript would alter (`2.00`, `1e3`, `-0`, more than 17 digits).
 * Resources are plain objects with plain numbers, so that validators, extractors and hooks work on them natively; the
 * texts sit beside them in the containing object or array: `quantity[digits] = { value: '2.00' }`. A symbol property
 * survives spread and `Object.assign` and is invisible to `JSON.stringify`, `Object.keys`, `for in` and ajv. A text
 * counts only while the number that it stands for is still there, so changing a number needs no care.
 */
export const digits: unique symbol = Symbol.for('anamnesis.digits')

/** Source texts of one container by property name or array index. */
export type Digits = Readonly<Record<string, string>>

/** An object or array of parsed JSON. */
export interface JsonContainer {
  [digits]?: Digits
  [key: string]: unknown
}

/** The source text of the number at `key`, if it has one that still stands for the number there. */
export function sourceOf(container: object, key: string | number): string | undefined {
  const texts = (container as JsonContainer)[digits]
  if (texts === undefined || !Object.hasOwn(texts, key)) return undefined
  const source = texts[key] as string
  return Object.is(Number(source), (container as JsonContainer)[key]) ? source : undefined
}

/** Records (or, with `undefined`, forgets) the source text of the number at `key`. */
export function setSource(container: object, key: string | number, source: string | undefined): void {
  const { [key]: _, ...others } = (container as JsonContainer)[digits] ?? {}
  if (source !== undefined) (container as JsonContainer)[digits] = { ...others, [key]: source }
  else if (Object.keys(others).length > 0) (container as JsonContainer)[digits] = others
  else delete (container as JsonContainer)[digits]
}

/** A deep copy of parsed JSON, source texts of numbers included. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const copy = (Array.isArray(value) ? value.map(cloneJson) : {}) as JsonContainer
  if (!Array.isArray(value)) {
    for (const key of Object.keys(value)) {
      // Assigned, this name would set the prototype; parsed JSON does not have it.
      if (key !== '__proto__') copy[key] = cloneJson((value as JsonContainer)[key])
    }
  }
  const texts = (value as JsonContainer)[digits]
  if (texts !== undefined) copy[digits] = texts
  return copy as T
}

/** `array.splice` that keeps the source texts of numbers with the items they belong to; `sources` are those of `items`. */
export function spliceJson(
  array: unknown[],
  start: number,
  remove: number,
  items: readonly unknown[],
  sources: readonly (string | undefined)[] = [],
): void {
  const kept: (string | undefined)[] = array.map((_, index) => sourceOf(array, index))
  array.splice(start, remove, ...items)
  kept.splice(start, remove, ...items.map((_, index) => sources[index]))
  const texts = Object.fromEntries(kept.flatMap((text, index) => (text === undefined ? [] : [[index, text]])))
  if (Object.keys(texts).length > 0) (array as unknown as JsonContainer)[digits] = texts
  else delete (array as unknown as JsonContainer)[digits]
}

const decimal = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Whether two JSON number texts stand for the same number, exactly: `2.00` and `2e0` do, whatever their length. */
export function sameDecimal(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b)
}

function canonical(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] = decimal.exec(text) ?? [undefined, '', text]
  const all = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = trimZeros(all)
  if (significant === '') return '0'
  const scale = Number(exponent) - fraction.length + (all.length - significant.length)
  return `${sign}${significant}e${scale}`
}

function trimZeros(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 48) end--
  return text.slice(0, end)
}
