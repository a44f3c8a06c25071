import type { SearchParameter } from '../definitions/definitions.js'
import { loadGenerated } from '../definitions/generated.js'
import type { AnyResource } from '../fhir/types.js'
import type { Extractor } from './extract/compiled.js'
import { deduplicate } from './extract/deduplicate.js'
import { textOf } from './extract/json.js'
import { runtime } from './extract/runtime.js'
import { ValueSink } from './extract/sink.js'
import { contentWords, narrativeWords } from './extract/words.js'
import type { SearchValue } from './values.js'

/** What the types of contained resources are indexed under. It is none that a search can name. */
export const containedParameter: SearchParameter = Object.freeze({
  code: '_contained',
  type: 'token',
  url: '',
  description: 'Types of contained resources',
})

let extractors: Readonly<Record<string, Extractor>> | undefined

/** What may be told to `extractSearchValues`. */
export interface ExtractOptions {
  /** The server's own base URL, e.g. `https://hospital.example/fhir`: references below it count as relative ones. */
  readonly baseUrl?: string
  /**
   * `text` (default): the words of the narrative, for `_text`; `content`: those of all texts too, for `_content`;
   * `none`: no words.
   */
  readonly words?: 'none' | 'text' | 'content'
}

/**
 * The search values of a resource for every R4 search parameter of its type, by the semantics of the parameter's type
 * (https://hl7.org/fhir/R4/search.html#ptypes), each distinct value once. Words are those of
 * `narrativeWords` and `contentWords`.
 *
 * References: relative ones (and those below `baseUrl`) become type, id and version; absolute, urn and canonical ones
 * keep their URL; contained ones are left out, because nothing outside the resource can name them. `resolve() is X`
 * goes by what the reference itself says, so that values depend on nothing but the resource.
 *
 * `containedParameter` has the types of contained resources.
 *
 * Never throws on JSON content: what has an unexpected shape gives no values. An unknown resource type gives only the
 * values of the parameters of every resource.
 */
export function extractSearchValues(resource: AnyResource, options: ExtractOptions = {}): SearchValue[] {
  extractors ??= loadGenerated<(runtime: unknown) => Record<string, Extractor>>('extractors.cjs')(runtime)
  const { baseUrl, words = 'text' } = options
  const sink = new ValueSink(baseUrl === undefined ? undefined : baseUrl.replace(/\/*$/, '/'))
  extractors.Resource?.(resource, sink)
  const { resourceType } = resource
  if (
    typeof resourceType === 'string' &&
    resourceType !== 'Resource' &&
    Object.hasOwn(extractors, resourceType)
  ) {
    extractors[resourceType]?.(resource, sink)
  }
  const values = deduplicate(sink.values)
  pushContained(values, resource)
  if (words !== 'none') pushWords(values, '_text', narrativeWords(resource))
  if (words === 'content') pushWords(values, '_content', contentWords(resource))
  return values
}

/** The types of what a resource contains, as tokens: a storage may find containers by them. */
function pushContained(values: SearchValue[], { contained }: AnyResource): void {
  if (!Array.isArray(contained)) return
  for (const code of new Set(contained.flatMap((each) => textOf(each?.resourceType) ?? [])))
    values.push({ param: containedParameter.code, type: 'token', code })
}

function pushWords(values: SearchValue[], param: string, words: readonly string[]): void {
  if (words.length > 0) values.push({ param, type: 'words', words })
}
