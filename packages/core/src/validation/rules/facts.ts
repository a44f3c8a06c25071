import type { AnyResource } from '../../fhir/types.js'
import type { RuleTarget } from '../contract.js'
import { findPlace } from '../place.js'
import { CheckCache } from './check-cache.js'
import { systemProblem, uriProblem, uriSystem } from './uris.js'
import type { JsonObject } from './values.js'

/** What rules ask of every element of a resource, gathered in one walk. Resources inside it are not entered. */
export interface Facts {
  readonly references: readonly Located[]
  /** Ids of elements that an earlier element has. */
  readonly repeatedIds: readonly Located[]
  /** Texts, narratives apart, that a browser would run if it took them for HTML. */
  readonly active: readonly Located[]
  /** Values of `system` that are no name of a system, and identifiers in URI form that are no URI. */
  readonly wrongUris: readonly (Located & { readonly problem: string })[]
  /** Attachments with data. */
  readonly attachments: readonly { readonly value: JsonObject; readonly pointer: string }[]
}

/** A text with the JSON pointer of the element that it was found in. */
export interface Located {
  readonly text: string
  readonly pointer: string
}

const known = new CheckCache<AnyResource, Facts>()

/** The facts of a resource, the target's by default; it is walked once in a check. */
export function factsOf(target: RuleTarget, resource: AnyResource = target.resource): Facts {
  return known.get(target, resource, () => {
    const walk = new Walk(resource.resourceType !== 'StructureDefinition')
    walk.object(resource, undefined)
    return walk
  })
}

/** The FHIRPath of what a pointer leads to. */
export function expressionOf(resource: AnyResource, expression: string, pointer: string): string {
  return findPlace(resource, pointer, expression).expression
}

/** Where the walk is: pointers are only put together for what is found. */
interface Step {
  readonly key: string | number
  readonly outer: Step | undefined
}

// Bounded, so that no text makes it slow: an attribute is looked for near the start of its tag only.
const activeTag =
  /<\/?(?:script|iframe|object|embed|svg|form|style|link|meta)\b|<[a-z][^<>]{0,500}?\son[a-z]{1,30}\s{0,10}=/i

class Walk implements Facts {
  readonly references: Located[] = []
  readonly repeatedIds: Located[] = []
  readonly active: Located[] = []
  readonly attachments: { value: JsonObject; pointer: string }[] = []
  readonly wrongUris: (Located & { problem: string })[] = []
  readonly #ids = new Set<string>()
  readonly #checksIds: boolean

  /** @param checksIds false for a StructureDefinition, whose elements have the same ids in snapshot and differential. */
  constructor(checksIds: boolean) {
    this.#checksIds = checksIds
  }

  object(object: JsonObject, step: Step | undefined): void {
    for (const key in object) {
      const value = object[key]
      if (typeof value === 'string') this.#text(key, value, object, step)
      else if (typeof value === 'object' && value !== null) {
        if (Array.isArray(value)) this.#array(value, { key, outer: step })
        else if (!('resourceType' in value)) this.object(value as JsonObject, { key, outer: step })
      }
    }
  }

  #array(array: readonly unknown[], step: Step): void {
    for (let index = 0; index < array.length; index++) {
      const value = array[index]
      if (typeof value === 'string') {
        if (value.includes('<') && activeTag.test(value)) {
          this.active.push({ text: value, pointer: pointerTo({ key: index, outer: step }) })
        }
      } else if (typeof value === 'object' && value !== null && !('resourceType' in value)) {
        this.object(value as JsonObject, { key: index, outer: step })
      }
    }
  }

  #text(key: string, text: string, object: JsonObject, step: Step | undefined): void {
    if (key === 'reference') this.references.push({ text, pointer: pointerTo(step) })
    if (key === 'system') this.#system(text, object, step)
    if (key === 'id' && step && this.#checksIds) this.#id(text, step)
    if (key === 'data') {
      if ('size' in object || 'hash' in object)
        this.attachments.push({ value: object, pointer: pointerTo(step) })
    } else if (key !== 'div' && text.includes('<') && activeTag.test(text)) {
      this.active.push({ text, pointer: pointerTo({ key, outer: step }) })
    }
  }

  #system(system: string, { value }: JsonObject, step: Step | undefined): void {
    const problem = systemProblem(system)
    if (problem !== undefined) {
      this.wrongUris.push({ text: system, problem, pointer: pointerTo({ key: 'system', outer: step }) })
    } else if (system === uriSystem && typeof value === 'string') {
      const found = uriProblem(value)
      if (found === undefined) return
      this.wrongUris.push({ text: value, problem: found, pointer: pointerTo({ key: 'value', outer: step }) })
    }
  }

  #id(id: string, step: Step): void {
    if (this.#ids.has(id)) this.repeatedIds.push({ text: id, pointer: pointerTo(step) })
    else this.#ids.add(id)
  }
}

function pointerTo(step: Step | undefined): string {
  let pointer = ''
  for (let here = step; here; here = here.outer) pointer = `/${here.key}${pointer}`
  return pointer
}
