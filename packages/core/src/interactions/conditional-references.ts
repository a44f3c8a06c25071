import type { Definitions } from '../definitions/definitions.js'
import { collectReferences } from '../fhir/rewrite-references.js'
import type { QueryParameters } from '../plugin/interaction.js'
import { criteriaKey } from './conditional.js'
import { atEntry, type RequestEntry } from './entry.js'
import { parseQueryString } from './query-string.js'

/** The conditional references of a bundle, each criterion once. */
export interface ConditionalReferences {
  readonly criteria: ReadonlyMap<
    string,
    { readonly type: string; readonly criteria: QueryParameters; readonly index: number }
  >
  /** The key of a conditional reference's criteria; `undefined` for any other reference. */
  keyOf(reference: string): string | undefined
}

/** Finds every `Type?criteria` reference in the resources of a bundle (https://hl7.org/fhir/R4/http.html#trules). */
export function conditionalReferences(
  definitions: Definitions,
  entries: readonly RequestEntry[],
): ConditionalReferences {
  const keys = new Map<string, string>()
  const criteria = new Map<string, { type: string; criteria: QueryParameters; index: number }>()
  for (const { index, interaction } of entries) {
    if (interaction.interaction !== 'create' && interaction.interaction !== 'update') continue
    for (const reference of collectReferences(interaction.resource)) {
      const mark = reference.indexOf('?')
      if (mark <= 0 || keys.has(reference)) continue
      const type = reference.slice(0, mark)
      if (!definitions.isResourceType(type)) continue
      const asked = atEntry(index, () => ({
        type,
        criteria: parseQueryString(reference.slice(mark + 1)),
        index,
      }))
      const key = criteriaKey(type, asked.criteria)
      keys.set(reference, key)
      criteria.set(key, asked)
    }
  }
  return { criteria, keyOf: (reference) => keys.get(reference) }
}
