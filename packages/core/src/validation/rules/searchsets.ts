import type { RuleTarget } from '../contract.js'
import { resourceTypes } from '../place.js'
import { isObject, isResource, objects, textOf } from './values.js'

/**
 * Results of a search (https://hl7.org/fhir/R4/bundle.html#searchset): outcomes are OperationOutcomes, everything else has
 * an id, and what matches is of a type that was searched for.
 */
export function checkSearchset(target: RuleTarget): void {
  const types = searchedTypes(target)
  for (const [index, { resource, search }] of objects(target.resource.entry).entries()) {
    if (!isResource(resource)) continue
    const expression = `${target.expression}.entry[${index}].resource`
    const mode = isObject(search) ? search.mode : undefined
    const type = resource.resourceType
    if (mode === 'outcome') {
      if (type === 'OperationOutcome') continue
      const text = `${expression}: expected an OperationOutcome, as the mode is outcome, found ${type}.`
      target.report({ severity: 'error', code: 'structure', expression, text })
      continue
    }
    if (resource.id === undefined && type !== 'OperationOutcome') {
      const text = `${expression}: expected an id, by which the resource that was found can be read, found none.`
      target.report({ severity: 'error', code: 'required', expression, text })
    }
    if (mode !== 'match' || !types || types.includes(type)) continue
    const text = `${expression}: expected ${types.join(' or ')}, which was searched for, found ${type}. Give what is there besides the mode include or outcome.`
    target.report({ severity: 'error', code: 'structure', expression, text })
  }
}

/** The types that the self link searched for; undefined where it does not say. */
function searchedTypes(target: RuleTarget): readonly string[] | undefined {
  const self = objects(target.resource.link).find(({ relation }) => relation === 'self')
  const url = textOf(self?.url)
  if (url === undefined) return undefined
  const [path = '', query = ''] = url.split('?')
  const listed = new URLSearchParams(query).get('_type')
  if (listed !== null) return listed.split(',')
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '_search')
  const type = segments.at(-1) ?? ''
  return resourceTypes().includes(type) ? [type] : undefined
}
