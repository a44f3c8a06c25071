import { compartmentParameters } from './compartments.js'
import { type Surroundings, satisfies } from './condition.js'
import { type Json, textAt } from './json.js'
import { inOrder } from './order.js'
import { parameterOf } from './parameters.js'
import { keyOf } from './references.js'
import { partsOf } from './written.js'

/** A resource as stored, and its place in time. */
export interface Known {
  readonly type: string
  readonly id: string
  readonly seq: bigint
  readonly resource: Json
}

export function known(content: string, seq: bigint): Known {
  const resource = JSON.parse(content) as Json
  return { type: textAt(resource, 'resourceType') ?? '', id: textAt(resource, 'id') ?? '', seq, resource }
}

/** Parameters that shape the result and do not choose from it. */
const ofResults = new Set(['_sort', '_count', '_total', '_type'])

/**
 * Answers the URL of a search from the JSON of the resources alone, by the words of
 * https://hl7.org/fhir/R4/search.html: it shares no line with the parser, the extractors or any storage, so that what
 * they agree on with it is not a mistake that they have in common.
 */
export class NaiveServer {
  readonly #resources: readonly Known[]
  readonly #around: Surroundings

  constructor(resources: readonly Known[], around: Surroundings) {
    this.#resources = resources
    this.#around = around
  }

  /** `Type/id` of every match, in order. */
  search(url: string): string[] {
    const { path, parameters } = partsOf(url)
    const owner = path.length === 3 || (path.length === 2 && path[1] === '*') ? path.slice(0, 2) : undefined
    const last = path.at(-1)
    const types = last === undefined || last === '*' ? this.#named(parameters) : [last]
    const matches = this.#resources.filter(
      (each) =>
        (types === undefined || types.includes(each.type)) &&
        (owner === undefined || this.#isMember(each, owner.join('/'))) &&
        parameters.every(([name, value]) => ofResults.has(name) || this.#test(each, name, value)),
    )
    const sort = parameters.filter(([name]) => name === '_sort').flatMap(([, value]) => value.split(','))
    return inOrder(matches, sort, this.#around.baseUrl).map(({ type, id }) => `${type}/${id}`)
  }

  #named(parameters: readonly (readonly [string, string])[]): readonly string[] | undefined {
    return parameters.find(([name]) => name === '_type')?.[1].split(',')
  }

  #test(each: Known, name: string, value: string): boolean {
    if (name.startsWith('_has:')) return this.#has(each, name, value)
    const dot = name.indexOf('.')
    if (dot >= 0) return this.#chain(each, name.slice(0, dot), name.slice(dot + 1), value)
    const [code = '', modifier] = name.split(':')
    const parameter = parameterOf(each.type, code)
    if (parameter === undefined) throw new Error(`the naive server has no ${each.type}.${code}`)
    return satisfies(each.resource, parameter, modifier, value, this.#around)
  }

  /** `_has:Observation:patient:code=x` (https://hl7.org/fhir/R4/search.html#has). */
  #has(each: Known, name: string, value: string): boolean {
    const [, type = '', code = '', ...rest] = name.split(':')
    return this.#resources.some(
      (other) =>
        other.type === type &&
        this.#targets(other, code).includes(`${each.type}/${each.id}`) &&
        this.#test(other, rest.join(':'), value),
    )
  }

  /** `subject:Patient.name=x`; a type that does not know what follows is no match (https://hl7.org/fhir/R4/search.html#chaining). */
  #chain(each: Known, link: string, rest: string, value: string): boolean {
    const [code = '', only] = link.split(':')
    const keys = this.#targets(each, code)
    const next = rest.split(/[:.]/)[0] ?? ''
    return this.#resources.some(
      (target) =>
        keys.includes(`${target.type}/${target.id}`) &&
        (only === undefined || only === target.type) &&
        (next === '_has' || parameterOf(target.type, next) !== undefined) &&
        this.#test(target, rest, value),
    )
  }

  #targets({ type, resource }: Known, code: string): string[] {
    const elements = parameterOf(type, code)?.elements(resource) ?? []
    return elements.flatMap((each) => keyOf(each, this.#around.baseUrl) ?? [])
  }

  #isMember(each: Known, owner: string): boolean {
    if (`${each.type}/${each.id}` === owner) return true
    const [compartment = ''] = owner.split('/')
    return compartmentParameters(compartment, each.type).some((code) =>
      this.#targets(each, code).includes(owner),
    )
  }
}
