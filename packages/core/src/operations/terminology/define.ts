import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import { defineOperation, type OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { TerminologyType } from '../../terminology/bundled.js'
import { asking, instanceOf } from './asking.js'
import { OperationInput } from './input.js'

/** An operation of a terminology service: read-only, on a type and on its instances. */
interface TerminologyOperation<T extends AnyResource> {
  readonly type: TerminologyType
  readonly name: string
  /** The parameter that may hold the resource itself, so that the body may be that resource alone. */
  readonly body?: string
  /** @param instance the resource that it is called on. */
  readonly answer: (
    view: TerminologyView,
    input: OperationInput,
    instance: T | undefined,
    now: number,
  ) => AnyResource
}

/** Defines one: `answer` runs over what the caller may see, and may be run more than once. */
export function terminologyOperation<T extends AnyResource>(
  parts: () => EngineParts,
  { type, name, body, answer }: TerminologyOperation<T>,
): OperationDefinition {
  return defineOperation({
    name,
    url: `http://hl7.org/fhir/OperationDefinition/${type}-${name}`,
    level: { type: true, instance: true },
    types: [type],
    affectsState: false,
    async run(interaction, ctx) {
      const input = new OperationInput(interaction, body === undefined ? undefined : { name: body, type })
      const instance = await instanceOf<T>(parts(), interaction, ctx)
      const now = ctx.clock()
      return asking(parts(), ctx, (view) => answer(view, input, instance, now))
    },
  })
}
