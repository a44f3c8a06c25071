import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'

/** How much of a resource to return: `_summary`, `_elements` (https://hl7.org/fhir/R4/search.html#summary). */
export interface View {
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false'
  readonly elements?: readonly string[]
}

/** Name and decoded value of query parameters, in the order of the request. */
export type QueryParameters = readonly (readonly [name: string, value: string])[]

/** A versionId in `If-Match`: the number, or -1 for one that can match no version. */
export type ExpectedVersion = number

/** https://hl7.org/fhir/R4/http.html#read */
export interface ReadInteraction {
  readonly interaction: 'read'
  readonly type: string
  readonly id: string
  readonly ifNoneMatch?: readonly string[]
  /** Milliseconds since the epoch, whole seconds. */
  readonly ifModifiedSince?: number
  readonly view?: View
}

/** https://hl7.org/fhir/R4/http.html#vread */
export interface VreadInteraction {
  readonly interaction: 'vread'
  readonly type: string
  readonly id: string
  readonly version: string
  readonly view?: View
}

/** https://hl7.org/fhir/R4/http.html#create, conditional with `ifNoneExist` */
export interface CreateInteraction<R = AnyResource> {
  readonly interaction: 'create'
  readonly type: string
  readonly resource: R
  readonly ifNoneExist?: QueryParameters
}

/** https://hl7.org/fhir/R4/http.html#update, conditional with `criteria` in place of `id` */
export interface UpdateInteraction<R = AnyResource> {
  readonly interaction: 'update'
  readonly type: string
  readonly id?: string
  readonly criteria?: QueryParameters
  readonly resource: R
  readonly ifMatch?: ExpectedVersion
  /** `If-None-Match: *`: only create. */
  readonly ifNoneMatch?: boolean
}

/** A patch document: JSON Patch, or a Parameters resource of FHIRPath Patch. */
export type PatchDocument =
  | { readonly format: 'json-patch'; readonly document: unknown }
  | { readonly format: 'fhirpath-patch'; readonly document: unknown }

/** https://hl7.org/fhir/R4/http.html#patch */
export interface PatchInteraction {
  readonly interaction: 'patch'
  readonly type: string
  readonly id?: string
  readonly criteria?: QueryParameters
  readonly patch: PatchDocument
  readonly ifMatch?: ExpectedVersion
}

/** https://hl7.org/fhir/R4/http.html#delete */
export interface DeleteInteraction {
  readonly interaction: 'delete'
  readonly type: string
  readonly id?: string
  readonly criteria?: QueryParameters
  readonly ifMatch?: ExpectedVersion
}

/** https://hl7.org/fhir/R4/http.html#history */
export interface HistoryInteraction {
  readonly interaction: 'history-instance' | 'history-type' | 'history-system'
  readonly type?: string
  readonly id?: string
  readonly parameters: QueryParameters
}

/** https://hl7.org/fhir/R4/http.html#search */
export interface SearchInteraction {
  readonly interaction: 'search-type' | 'search-system'
  readonly type?: string
  readonly compartment?: { readonly type: string; readonly id: string }
  readonly parameters: QueryParameters
}

/** https://hl7.org/fhir/R4/http.html#capabilities */
export interface CapabilitiesInteraction {
  readonly interaction: 'capabilities'
  readonly mode: 'full' | 'normative' | 'terminology'
}

/** https://hl7.org/fhir/R4/http.html#transaction */
export interface BundleInteraction {
  readonly interaction: 'batch' | 'transaction'
  readonly bundle: AnyResource
  /** Whether responses carry the resources. */
  readonly return: 'minimal' | 'representation' | 'OperationOutcome'
}

/** https://hl7.org/fhir/R4/operations.html */
export interface OperationInteraction {
  readonly interaction: 'operation'
  /** Without the `$`. */
  readonly name: string
  readonly type?: string
  readonly id?: string
  readonly method: 'GET' | 'POST'
  readonly parameters: QueryParameters
  readonly resource?: AnyResource
}

/** One thing that a client asks for; HTTP, bundle entries, dashboards and plugins all make these. */
export type Interaction =
  | ReadInteraction
  | VreadInteraction
  | CreateInteraction
  | UpdateInteraction
  | PatchInteraction
  | DeleteInteraction
  | HistoryInteraction
  | SearchInteraction
  | CapabilitiesInteraction
  | BundleInteraction
  | OperationInteraction

/** The code of an interaction, as CapabilityStatement names it (https://hl7.org/fhir/R4/valueset-restful-interaction.html). */
export type InteractionCode = Interaction['interaction']

/** What an interaction gives back; `http/` and bundle entries render it. */
export interface InteractionResult {
  readonly status: number
  /** The type, id, versionId and instant that make ETag, Last-Modified and Location. */
  readonly type?: string
  readonly id?: string
  readonly version?: number
  /** Milliseconds since the epoch. */
  readonly lastUpdated?: number
  /** Further response headers, such as Content-Location. */
  readonly headers?: Readonly<Record<string, string>>
  /** True where the response points to the version made: a `Location`. */
  readonly located?: boolean
  /** JSON text of the resource to return. */
  readonly content?: string
  /** True where `content` is the resource at `type/id` itself, as opposed to a bundle or outcome. */
  readonly isResource?: boolean
  /** What validation said of a write that it let pass; shown where the client asks for an OperationOutcome. */
  readonly warnings?: readonly OperationOutcomeIssue[]
}
