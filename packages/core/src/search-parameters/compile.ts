import type { SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { converterFor } from '../search/compile/converters.js'
import { parseExpression } from '../search/compile/parse.js'
import { type Branch, Planner, type Structures } from '../search/compile/plan.js'
import { UnknownElement, UnsupportedExpression } from '../search/compile/syntax.js'
import { createExtractor, type Extractor } from '../search/extract/compiled.js'
import type { ValueSink } from '../search/extract/sink.js'
import type { ParameterDefinition } from './definition.js'
import type { Fault } from './fault.js'
import { fallbackExtractor } from './fhirpath.js'

/** Puts the values of one custom parameter into a sink, for resources of its types. */
export type ParameterExtractor = (resource: AnyResource, sink: ValueSink) => void

/**
 * Compiles a parameter for each of its types: by the compiler of R4's own parameters, or, where that does not know the
 * expression's functions, by a FHIRPath engine.
 *
 * @returns the extractor, or what stands in the way.
 */
export async function compileParameter(
  structures: Structures,
  { parameter, types }: ParameterDefinition,
): Promise<ParameterExtractor | Fault[]> {
  const makers = new Map<string, () => Extractor>()
  let fallback: Extractor | Fault | undefined
  for (const type of types) {
    try {
      const fault = checkPlan(structures, type, parameter)
      // One wrong expression on 146 types is one fault.
      if (fault) return [fault]
      makers.set(type, () => createExtractor(structures, type, [parameter]))
    } catch (error) {
      if (!(error instanceof UnsupportedExpression)) throw error
      if (error instanceof UnknownElement || parameter.type === 'composite') {
        return [{ element: 'expression', message: error.message }]
      }
      fallback ??= await fallbackExtractor(parameter, types)
      const known = fallback
      if (typeof known !== 'function') return [known]
      makers.set(type, () => known)
    }
  }
  const extractors = new Map<string, Extractor>()
  return (resource, sink) => {
    const { resourceType } = resource
    let extractor = extractors.get(resourceType)
    if (!extractor) {
      // Compiled when first needed: a parameter of every resource has 146 types.
      extractor = makers.get(resourceType)?.() ?? nothing
      extractors.set(resourceType, extractor)
    }
    extractor(resource, sink)
  }
}

const nothing: Extractor = () => {}

/**
 * The fault of an expression that selects nothing on a type, or nothing that the parameter's type can index.
 *
 * @throws UnsupportedExpression for what the compiler does not know.
 */
function checkPlan(structures: Structures, type: string, parameter: SearchParameter): Fault | undefined {
  const planner = new Planner(structures, type)
  const branches = planner.plan(parseExpression(parameter.expression ?? ''))
  if (branches.length === 0) {
    return {
      element: 'expression',
      message: `it selects nothing on ${type}, which base names. Add a part for ${type}, or take ${type} out of base.`,
    }
  }
  if (parameter.type !== 'composite') return unindexable(parameter, branches, type, 'expression')
  for (const [index, component] of (parameter.components ?? []).entries()) {
    const expression = parseExpression(component.expression)
    const found = branches.flatMap((focus) => planner.plan(expression, { ...focus, steps: [] }))
    const fault = unindexable(component, found, type, `component[${index}].expression`)
    if (fault) return fault
  }
  return undefined
}

function unindexable(
  { type: wanted }: Pick<SearchParameter, 'type'>,
  branches: readonly Branch[],
  type: string,
  element: string,
): Fault | undefined {
  if (branches.some((branch) => converterFor(wanted, branch.type, branch.path) !== undefined))
    return undefined
  const found = [...new Set(branches.map((branch) => branch.type))]
  const hint = found.includes('Extension') ? ' Append .value to the extension.' : ''
  return {
    element,
    message: `on ${type} it selects ${found.join(', ') || 'nothing'}, which a ${wanted} parameter cannot index.${hint} Select an element of another type, or change type.`,
  }
}
