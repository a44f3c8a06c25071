// How what is read from XML is put into the objects of JSON.
import { digits, type JsonContainer } from '../../fhir/digits.js'

/** A number's source text. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Sets a property or an item; of a number with its digits. */
export function put(container: JsonContainer, key: string, value: unknown): void {
  if (!(value instanceof NumberText)) {
    container[key] = value
    return
  }
  const number = Number(value.text)
  container[key] = number
  if (String(number) !== value.text)
    container[digits] = Object.assign(container[digits] ?? {}, { [key]: value.text })
}

/** Values and extensions of a list are two lists in JSON, level with each other by nulls. */
export function append(target: JsonContainer, key: string, index: number, value: unknown): void {
  const list = target[key] as unknown[] | undefined
  if (list) put(list as unknown as JsonContainer, String(index), value ?? null)
  else if (value !== undefined) {
    const made = new Array<unknown>(index).fill(null)
    put(made as unknown as JsonContainer, String(index), value)
    target[key] = made
  }
}

/** How many there are of an element, with or without a value. */
export function countIn(target: JsonContainer, name: string): number {
  const length = (value: unknown) => (Array.isArray(value) ? value.length : value === undefined ? 0 : 1)
  return Math.max(length(target[name]), length(target[`_${name}`]))
}

/** The list of a repeating element. */
export function listOf(target: JsonContainer, name: string): unknown[] {
  target[name] ??= []
  return target[name] as unknown[]
}
