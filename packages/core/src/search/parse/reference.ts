import type { SearchParameter } from '../../definitions/definitions.js'
import { isId } from '../../fhir/ids.js'
import { parseCanonical } from '../../fhir/references.js'
import type { ReferenceClause, ReferenceCriterion } from '../query.js'
import { type Place, type Reading, searchError, suggestion } from './context.js'
import { unescapeValue } from './parts.js'
import { readToken } from './token.js'

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
 * The values of a reference parameter. With `:below` and `:above`, a canonical URL comes apart from its version, and an
 * id is the place in a hierarchy (https://hl7.org/fhir/R4/search.html#reference).
 */
export function readReferences(
  param: SearchParameter,
  modifier: string | undefined,
  parts: readonly string[],
  place: Place,
  reading: Reading,
): ReferenceClause {
  if (modifier === 'identifier') {
    return {
      kind: 'reference',
      param,
      modifier,
      values: parts.map((part) => ({ identifier: readToken(part, place) })),
    }
  }
  const hierarchy = modifier === 'below' || modifier === 'above'
  const type = hierarchy ? undefined : modifier
  const values = parts.map((part) => {
    const criterion = readReference(unescapeValue(part, place), type, param, place, reading)
    return hierarchy ? withoutVersion(criterion) : criterion
  })
  return hierarchy ? { kind: 'reference', param, modifier, values } : { kind: 'reference', param, values }
}

function withoutVersion(criterion: ReferenceCriterion): ReferenceCriterion {
  if (criterion.url === undefined) return criterion
  const { url, version } = parseCanonical(criterion.url)
  return version === undefined ? { url } : { url, version }
}

/**
 * One value of a reference parameter: an id, `Type/id`, or an absolute URL, which is a local reference when it starts
 * with this server's base (https://hl7.org/fhir/R4/search.html#reference).
 *
 * @param type The type that a modifier such as `:Patient` names.
 */
function readReference(
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
        `R4 searches references by id, Type/id or URL, without a version: write ${writtenType}/${id} for "${text}".`,
        'unsupported-search',
      )
    }
    return { type: writtenType, id }
  }
  if (type === undefined && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return { url: text }
  const example = `${type ?? targetsOf(param, reading)[0]}/1`
  const expected = type === undefined ? 'an id, Type/id or an absolute URL' : `an id or ${type}/id`
  throw searchError(place, `expected ${expected}, such as ${example}, found "${text}".`)
}
