import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from './context.js'
import type { OperationInteraction } from './interaction.js'
import type { ResourceResult } from './result.js'

/** An answer with a status or headers of its own, such as 202 with Content-Location. */
export class OperationAnswer {
  constructor(
    readonly resource: AnyResource,
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** An operation: `$name` on the system, on types, or on instances (https://hl7.org/fhir/R4/operations.html). */
export interface OperationDefinition {
  /** Without the `$`. */
  readonly name: string
  /** Canonical URL of the OperationDefinition resource; shown in the CapabilityStatement. */
  readonly url: string
  /** Where it can be called. */
  readonly level: { readonly system?: boolean; readonly type?: boolean; readonly instance?: boolean }
  /** Resource types it is on; absent for system-level operations and for every type. */
  readonly types?: readonly string[]
  /** True where it may change something: then only POST reaches it. */
  readonly affectsState: boolean
  /** Returns the resource to answer with, with 200 unless it says otherwise; `undefined` answers 204. */
  readonly run: (
    input: OperationInteraction,
    ctx: RequestContext,
  ) => Promise<AnyResource | ResourceResult | OperationAnswer | undefined>
}

/** Defines an operation. */
export function defineOperation(definition: OperationDefinition): OperationDefinition {
  return Object.freeze({ ...definition })
}
