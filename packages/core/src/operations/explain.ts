import { FhirError } from '../errors/fhir-error.js'
import type { AnyResource } from '../fhir/types.js'
import type { EngineParts } from '../interactions/engine.js'
import { typedSearch } from '../interactions/typed-search.js'
import { defineOperation, type OperationDefinition } from '../plugin/operation.js'
import type { SearchQuery } from '../search/query.js'
import type { SearchExplanation } from '../storage/storage.js'

/**
 * `$explain`: how a search is understood and run. `GET [base]/Observation/$explain?code=x` takes the parameters of the
 * search and answers with Parameters: `query`, the typed query as JSON, access rules included; `step`, repeated, with
 * `description`, `statement`, `plan` and `milliseconds`; `shardsTouched` and `shardsTotal` where data is sharded.
 *
 * Plans tell how many rows a value has, whoever may see them: let operators call it only.
 */
export function explainOperation(parts: () => EngineParts): OperationDefinition {
  return defineOperation({
    name: 'explain',
    url: 'https://anamnesis.dev/fhir/OperationDefinition/explain',
    level: { system: true, type: true },
    affectsState: false,
    async run({ type, parameters }, ctx) {
      const { storage } = parts()
      if (!storage.explain) {
        throw new FhirError(
          'unsupported-search',
          `${storage.name} storage has no plans: it looks at every resource.`,
        )
      }
      const { query } = await typedSearch(parts(), { type, parameters, now: ctx.clock() }, ctx)
      return toParameters(query, await storage.explain(query))
    },
  })
}

function toParameters(query: SearchQuery, { steps, shards }: SearchExplanation): AnyResource {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'query', valueString: showQuery(query) },
      ...steps.map(({ description, statement, plan, milliseconds }) => ({
        name: 'step',
        part: [
          { name: 'description', valueString: description },
          ...(statement === undefined ? [] : [{ name: 'statement', valueString: statement }]),
          ...(plan === undefined ? [] : [{ name: 'plan', valueString: plan }]),
          ...(milliseconds === undefined ? [] : [{ name: 'milliseconds', valueDecimal: milliseconds }]),
        ],
      })),
      ...(shards === undefined
        ? []
        : [
            { name: 'shardsTouched', valueInteger: shards.touched },
            { name: 'shardsTotal', valueInteger: shards.total },
          ]),
    ],
  }
}

/** The query for people: search parameters by their codes, all types as `*`. */
function showQuery(query: SearchQuery): string {
  const types = query.types.length > 100 ? ['*'] : query.types
  return JSON.stringify(
    { ...query, types },
    (key, value) => (key === 'param' ? (value.code ?? value) : value),
    2,
  )
}
