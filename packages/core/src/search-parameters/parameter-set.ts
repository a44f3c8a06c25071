import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { deduplicate } from '../search/extract/deduplicate.js'
import { ValueSink } from '../search/extract/sink.js'
import { type ExtractOptions, extractSearchValues } from '../search/extract.js'
import type { SearchValue } from '../search/values.js'
import type { ParameterExtractor } from './compile.js'
import type { ParameterDefinition } from './definition.js'
import { generationAt } from './generation.js'

/** A custom parameter that resources are indexed by. */
export interface IndexedParameter extends ParameterDefinition {
  readonly extract: ParameterExtractor
  /** When it got its present shape, milliseconds since the epoch. */
  readonly changedAt: number
  /** Absent once searches may use it; else why they may not yet. */
  readonly unusable?: () => string
}

/** What a resource is indexed under. */
export interface Indexed {
  readonly values: SearchValue[]
  readonly generation: bigint
}

/**
 * R4's search parameters and the custom ones at one moment. It never changes: values and generation that come from one
 * set belong together.
 */
export class ParameterSet {
  readonly #base: Definitions
  readonly #words: NonNullable<ExtractOptions['words']>
  readonly #byType = new Map<string, IndexedParameter[]>()
  readonly #offered = new Map<string, ReadonlyMap<string, SearchParameter>>()

  /** @param words the words that are indexed. */
  constructor(
    base: Definitions,
    parameters: readonly IndexedParameter[],
    words: NonNullable<ExtractOptions['words']>,
  ) {
    this.#base = base
    this.#words = words
    for (const parameter of parameters) {
      for (const type of parameter.types) {
        const list = this.#byType.get(type)
        if (list) list.push(parameter)
        else this.#byType.set(type, [parameter])
      }
    }
  }

  /** Types with custom parameters. */
  get types(): readonly string[] {
    return [...this.#byType.keys()]
  }

  /** What searches may use, by code. */
  searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
    const base = this.#base.searchParameters(type)
    const custom = this.#byType.get(type)
    if (!custom) return base
    let offered = this.#offered.get(type)
    if (!offered) {
      const usable = custom.filter((parameter) => !parameter.unusable)
      offered = new Map([...base, ...usable.map(({ code, parameter }) => [code, parameter] as const)])
      this.#offered.set(type, offered)
    }
    return offered
  }

  /** Why a parameter that exists cannot be used. */
  unusable(type: string, code: string): string | undefined {
    return this.#byType
      .get(type)
      ?.find((parameter) => parameter.code === code)
      ?.unusable?.()
  }

  /** The values of a resource for R4's parameters and for every custom one, usable or not yet. */
  extract(resource: AnyResource): SearchValue[] {
    const values = extractSearchValues(resource, { words: this.#words })
    const custom = this.#byType.get(resource.resourceType)
    if (!custom) return values
    const sink = new ValueSink()
    for (const { extract } of custom) extract(resource, sink)
    return sink.values.length === 0 ? values : [...values, ...deduplicate(sink.values)]
  }

  /** The generation of what `extract` gives for resources of a type. */
  generationOf(type: string): bigint {
    return generationAt(Math.max(0, ...(this.#byType.get(type) ?? []).map(({ changedAt }) => changedAt)))
  }
}
