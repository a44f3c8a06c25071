import type { AnyResource } from '../../fhir/types.js'
import type { RuleTarget } from '../contract.js'
import { isResource, objects } from './values.js'

/**
 * The codes of a value set that a Questionnaire contains, or the resource beside it where the Questionnaire is contained
 * itself; undefined unless it lists them one by one.
 */
export function containedCodes(
  questionnaire: AnyResource,
  response: RuleTarget,
  id: string,
): readonly { readonly system?: string; readonly code: string }[] | undefined {
  const inside = objects(questionnaire.contained).find((resource) => resource.id === id)
  const valueSet = inside ?? response.resolve(`#${id}`)?.resource
  if (!isResource(valueSet) || valueSet.resourceType !== 'ValueSet') return undefined
  const compose = valueSet.compose as { include?: unknown; exclude?: unknown } | undefined
  const includes = objects(compose?.include)
  const isList = includes.every((include) => include.concept !== undefined && include.valueSet === undefined)
  if (includes.length === 0 || !isList || compose?.exclude !== undefined) return undefined
  return includes.flatMap((include) =>
    objects(include.concept).map((concept) => ({
      ...(typeof include.system === 'string' ? { system: include.system } : {}),
      code: String(concept.code),
    })),
  )
}
