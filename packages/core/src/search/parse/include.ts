import type { Include } from '../query.js'
import { listOf, type Place, type Reading, searchError, suggestion } from './context.js'
import { referenceParameter } from './parameters.js'
import { targetsOf } from './reference.js'

/**
 * `_include` and `_revinclude`: `Source:parameter[:Target]`, `Source:*`, and `*` for every reference of, or to, what is searched
 * (https://hl7.org/fhir/R4/search.html#include).
 */
export function readInclude(place: Place, value: string, reading: Reading): Include[] {
  const [kind, modifier, ...more] = place.name.split(':')
  if ((modifier !== undefined && modifier !== 'iterate') || more.length > 0) {
    throw searchError(place, `${kind} has the modifier :iterate only.`)
  }
  const iterate = modifier === 'iterate'
  if (value === '*') {
    const sources = kind === '_include' ? place.types : referrersOf(place.types, reading)
    return sources.map((source) => ({ source, param: '*', iterate }))
  }
  const [source = '', code, target, ...rest] = value.split(':')
  if (code === undefined || rest.length > 0) {
    throw searchError(place, `expected Type:parameter or Type:parameter:Target, found "${value}".`)
  }
  const { definitions } = reading
  for (const type of target === undefined ? [source] : [source, target]) {
    if (!definitions.isResourceType(type)) {
      throw searchError(
        place,
        `"${type}" is no R4 resource type.${suggestion(type, definitions.resourceTypes)}`,
      )
    }
  }
  const param = code === '*' ? '*' : referenceParameter(place, source, code, reading)
  if (target !== undefined && param !== '*') {
    const targets = targetsOf(param, reading)
    if (!targets.includes(target)) {
      throw searchError(
        place,
        `${source}:${code} never refers to ${target}; it refers to ${listOf(targets)}.`,
      )
    }
  }
  return [{ source, param, iterate, ...(target === undefined ? {} : { target }) }]
}

/** The resource types that may refer to one of these. */
function referrersOf(types: readonly string[], reading: Reading): string[] {
  const { definitions } = reading
  return definitions.resourceTypes.filter((source) =>
    [...definitions.searchParameters(source).values()].some(
      (param) => param.type === 'reference' && targetsOf(param, reading).some((type) => types.includes(type)),
    ),
  )
}
