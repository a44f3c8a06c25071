import type { Identified } from '../changes.js'
import { compares } from './compare.js'
import { compositeElements, elementsOf, localTarget } from './elements.js'
import { comparesInstant } from './instants.js'
import { type SortedBy, sorted } from './order.js'
import { compartmentParameters, naiveParameter } from './parameters.js'
import { splitAt } from './texts.js'

/** A live resource as a client would read it, and when it was written. */
export interface Held {
  readonly resource: Identified
  readonly seq: bigint
}

/** One condition of a search: as written, or decided by the test that wrote it, where reading it would be no proof. */
export interface Condition {
  readonly name: string
  readonly value: string
  readonly decides?: (world: World, held: Held) => boolean
}

/** A search of one type. */
export interface NaiveSearch {
  readonly type: string
  /** The id of the patient in whose compartment is searched. */
  readonly compartment?: string | undefined
  readonly conditions: readonly Condition[]
  readonly sort: readonly string[]
}

/**
 * The resources of a server, and what R4 says that a search of them finds: written from the specification, over JSON
 * alone, without search values, clauses or anything else of the server. Slow and plain on purpose.
 */
export class World {
  readonly #held = new Map<string, Held>()
  readonly now = Date.now()

  put(resource: Identified, seq: bigint): void {
    this.#held.set(`${resource.resourceType}/${resource.id}`, { resource, seq })
  }

  delete(type: string, id: string): void {
    this.#held.delete(`${type}/${id}`)
  }

  get(type: string, id: string): Held | undefined {
    return this.#held.get(`${type}/${id}`)
  }

  all(type: string): Held[] {
    return [...this.#held.values()].filter(({ resource }) => resource.resourceType === type)
  }

  /** `Type/id` of the matches, in the order asked for. */
  search({ type, compartment, conditions, sort }: NaiveSearch): string[] {
    const found = this.all(type).filter(
      (held) =>
        (compartment === undefined || isMember(held, compartment)) &&
        conditions.every((condition) => this.satisfies(held, condition)),
    )
    const keys: SortedBy[] = sort.map((key) =>
      key.startsWith('-') ? { code: key.slice(1), descending: true } : { code: key, descending: false },
    )
    return sorted(found, type, keys).map(({ resource }) => `${resource.resourceType}/${resource.id}`)
  }

  satisfies(held: Held, { name, value, decides }: Condition): boolean {
    return decides ? decides(this, held) : this.holds(held, name, value)
  }

  /** Whether `name=value` holds of a resource. */
  holds(held: Held, name: string, value: string): boolean {
    const [, source, by, asked] = /^_has:(\w+):([\w-]+):(.+)$/.exec(name) ?? []
    if (source !== undefined && by !== undefined && asked !== undefined) {
      return this.all(source).some(
        (other) => this.targets(other, by).includes(held) && this.holds(other, asked, value),
      )
    }
    const [, code = '', type, rest] = /^([^:.]+)(?::(\w+))?\.(.+)$/.exec(name) ?? []
    if (rest !== undefined) {
      return this.targets(held, code).some(
        (target) =>
          (type === undefined || target.resource.resourceType === type) && this.holds(target, rest, value),
      )
    }
    return this.#plain(held, name, value)
  }

  /** The resources here that a reference parameter leads to. */
  targets({ resource }: Held, code: string): Held[] {
    const parameter = naiveParameter(resource.resourceType, code)
    if (parameter?.type !== 'reference') return []
    return elementsOf(resource, parameter).flatMap(({ node }) => {
      const target = localTarget(node)
      const allowed = parameter.targets ?? []
      if (!target || (allowed.length > 0 && !allowed.includes(target.type))) return []
      return this.get(target.type, target.id) ?? []
    })
  }

  #plain({ resource, seq }: Held, name: string, value: string): boolean {
    const [code = '', modifier] = name.split(':')
    const alternatives = splitAt(value, ',')
    if (code === '_id') return alternatives.includes(resource.id)
    if (code === '_lastUpdated') {
      const from = Number(seq >> 20n)
      return alternatives.some((each) => comparesInstant({ from, to: from + 1 }, each, this.now))
    }
    if (code === '_list') {
      return alternatives.some((id) => {
        const list = this.get('List', id)
        return list !== undefined && this.targets(list, 'item').some((member) => member.resource === resource)
      })
    }
    const parameter = naiveParameter(resource.resourceType, code)
    if (!parameter) return false
    if (modifier === 'missing') {
      const elements =
        parameter.type === 'composite'
          ? compositeElements(resource, parameter)
          : elementsOf(resource, parameter)
      return (elements.length === 0) === (value === 'true')
    }
    const some = alternatives.some((each) =>
      compares(resource, parameter, modifier === 'not' ? undefined : modifier, each, this.now),
    )
    return modifier === 'not' ? !some : some
  }
}

function isMember({ resource }: Held, patient: string): boolean {
  if (resource.resourceType === 'Patient') return resource.id === patient
  return (compartmentParameters[resource.resourceType] ?? []).some((code) => {
    const parameter = naiveParameter(resource.resourceType, code)
    const nodes = parameter ? elementsOf(resource, parameter) : []
    return nodes.some(({ node }) => node.reference === `Patient/${patient}`)
  })
}
