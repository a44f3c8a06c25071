import type { RequestContext } from './context.js'
import type { FhirRequest, FhirResponse } from './http.js'

/** A path outside the FHIR base, e.g. `/health/cluster` or `/auth/login`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As @koa/router reads it: `/users/:id`. */
  readonly path: string
  readonly handle: (
    request: FhirRequest & { readonly params: Readonly<Record<string, string>> },
    ctx: RequestContext,
  ) => Promise<FhirResponse>
}
