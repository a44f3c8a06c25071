import type { SearchParameter } from '../../definitions/definitions.js'
import type { AnyResource } from '../../fhir/types.js'
import { compileNodes, ExtractorCompiler } from '../compile/compile.js'
import type { Structures } from '../compile/plan.js'
import { runtime } from './runtime.js'
import type { ValueSink } from './sink.js'

/** A compiled extraction function: puts the values of a resource into a sink. */
export type Extractor = (resource: AnyResource, sink: ValueSink) => void

/** The code is the compiler's own, never the client's: see `Emitter`. */
function evaluate<T>(source: string): T {
  return new Function('runtime', `'use strict'; return (${source})(runtime)`)(runtime) as T
}

/**
 * Compiles search parameters at run time, as the build does for those of R4: for custom SearchParameters.
 *
 * @throws UnsupportedExpression for an expression outside the compiler's part of FHIRPath.
 */
export function createExtractor(
  structures: Structures,
  resourceType: string,
  parameters: Iterable<SearchParameter>,
): Extractor {
  const compiler = new ExtractorCompiler(structures)
  compiler.add(resourceType, parameters)
  const extractor = evaluate<Record<string, Extractor>>(compiler.source())[resourceType]
  if (!extractor) throw new Error(`the compiler made no extractor for ${resourceType}`)
  return extractor
}

/**
 * Compiles one expression to a function that gives the JSON nodes it selects, repeated ones included.
 *
 * @throws UnsupportedExpression as `createExtractor` does.
 */
export function createSelector(
  structures: Structures,
  resourceType: string,
  expression: string,
): (resource: AnyResource) => unknown[] {
  return evaluate(compileNodes(structures, resourceType, expression))
}
