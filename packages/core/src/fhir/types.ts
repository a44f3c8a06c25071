import type * as r4 from 'fhir/r4.js'

/** Any R4 resource: discriminated by `resourceType`. */
export type Resource = r4.FhirResource

/** The name of an R4 resource type that has a TypeScript shape. */
export type ResourceType = Resource['resourceType']

/** The TypeScript shape of one resource type: `ResourceOf<'Patient'>` is `Patient`. */
export type ResourceOf<T extends ResourceType> = Extract<Resource, { resourceType: T }>

/**
 * A resource whose type is only known at run time.
 * Core handles every resource type alike, so it works on this shape.
 */
export interface AnyResource {
  resourceType: string
  id?: string
  meta?: { versionId?: string; lastUpdated?: string; [key: string]: unknown }
  [key: string]: unknown
}

export type { Bundle, BundleEntry, OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js'
