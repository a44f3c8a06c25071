import { spanOfDates } from './dates.js'
import { at, type Json } from './json.js'
import { spanOf } from './numbers.js'
import { isReferable } from './references.js'

/** Where the elements are that a search parameter is about. */
export type Elements = (resource: Json) => readonly Json[]

export interface PlainParameter {
  readonly type: 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'canonical' | 'uri'
  readonly elements: Elements
  /** Of a `code` element: the system that its required value set takes codes from. */
  readonly system?: string
}

export interface CompositeParameter {
  readonly type: 'composite'
  /** The elements within which all parts have to be. */
  readonly elements: Elements
  readonly parts: readonly PlainParameter[]
}

export type Parameter = PlainParameter | CompositeParameter

export const paths =
  (...all: readonly string[]): Elements =>
  (resource) =>
    all.flatMap((path) => at(resource, path))

const plain =
  (type: PlainParameter['type']) =>
  (...all: readonly string[]): PlainParameter => ({ type, elements: paths(...all) })

export const token = plain('token')
export const string = plain('string')
export const date = plain('date')
export const number = plain('number')
export const quantity = plain('quantity')
export const reference = plain('reference')
export const canonical = plain('canonical')
export const uri = plain('uri')

export function code(path: string, system: string): PlainParameter {
  return { ...token(path), system }
}

export function composite(elements: Elements, ...parts: readonly PlainParameter[]): CompositeParameter {
  return { type: 'composite', elements, parts }
}

/** The elements of a parameter that hold a value to be searched by. */
export function valuedElements(parameter: Parameter, resource: Json): readonly Json[] {
  const elements = parameter.elements(resource)
  switch (parameter.type) {
    case 'composite':
      return elements.filter((each) => parameter.parts.every((part) => valuedElements(part, each).length > 0))
    case 'date':
      return elements.filter((each) => spanOfDates(each) !== undefined)
    case 'number':
    case 'quantity':
      return elements.filter((each) => spanOf(each) !== undefined)
    case 'reference':
      return elements.filter(isReferable)
    default:
      return elements
  }
}
