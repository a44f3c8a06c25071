import type { SearchParameter } from '../../definitions/definitions.js'
import { isId } from '../../fhir/ids.js'
import type { ReferenceCriterion } from '../query.js'
import { type Place, type Reading, searchError, suggestion } from './context.js'

/**
 * The types that a reference parameter may point to. Shared parameters such as `patient` list what they refer to on any
 * type; where the expression keeps references to one type only, that type is the target.
 */
export function targetsOf(
  { target = [], expression }: SearchParameter,
  { definitions }: Reading,
): readonly string[] {
  const kept = expression
    ?.split('|')
    .map((branch) => /\.where\(resolve\(\) is (\w+)\)\)?\s*$/.exec(branch)?.[1])
  if (kept?.every((type) => type !== undefined)) return [...new Set(kept)]
  return target.length === 0 || target.includes('Resource') ? definitions.resourceTypes : target
}

/**
 * One value of a reference parameter: an id, `Type/id`, or an absolute URL, which is a local reference when it starts
 * with this server's base (https://hl7.org/fhir/R4/search.html#reference).
 *
 * @param type The type that a modifier such as `:Patient` names.
 */
export function readReference(
  text: string,
  type: string | undefined,
  param: SearchParameter,
  place: Place,
  reading: Reading,
): ReferenceCriterion {
  const local = text.startsWith(`${reading.baseUrl}/`) ? text.slice(reading.baseUrl.length + 1) : text
  if (isId(local)) {
    const targets = targetsOf(param, reading)
    const known = type ?? (targets.length === 1 ? targets[0] : undefined)
    return known === undefined ? { id: local } : { type: known, id: local }
  }
  const [, writtenType, id, version] = /^([A-Za-z]+)\/([^/]+)(\/_history\/.*)?$/.exec(local) ?? []
  if (writtenType !== undefined && id !== undefined && isId(id)) {
    if (!reading.definitions.isResourceType(writtenType)) {
      const hint = suggestion(writtenType, reading.definitions.resourceTypes)
      throw searchError(place, `"${text}" names no R4 resource type.${hint}`)
    }
    if (type !== undefined && type !== writtenType) {
      throw searchError(place, `the modifier asks for a ${type}, the value "${text}" for a ${writtenType}.`)
    }
    if (version !== undefined) {
      throw searchError(
        place,
        `a search by versioned reference is not supported; leave out "${version}".`,
        'unsupported-search',
      )
    }
    return { type: writtenType, id }
  }
  if (type === undefined && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return { url: text }
  const expected = type === undefined ? 'an id, Type/id or an absolute URL' : `an id or ${type}/id`
  throw searchError(place, `expected ${expected}, found "${text}".`)
}
