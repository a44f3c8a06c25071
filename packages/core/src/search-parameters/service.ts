import type { Definitions } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import type { SearchValue } from '../search/values.js'
import type { Indexed } from './parameter-set.js'
import type { ParameterStatus } from './status.js'

/** R4's search parameters and the custom ones, as they are at the moment. */
export interface SearchParameters {
  /** R4's definitions with the custom parameters that searches may use. Ask again for each search: it changes. */
  readonly definitions: Definitions
  /** The search values of a resource, for R4's parameters and the custom ones. */
  extract(resource: AnyResource): SearchValue[]
  /** By which parameters `extract` works for a type: what `Change.generation` says of a row. */
  generationOf(type: string): bigint
  /** Values and generation of a resource, from one set of parameters. */
  index(resource: AnyResource): Indexed
  /** Where each SearchParameter resource stands. */
  status(): readonly ParameterStatus[]
  /** A number that grows whenever what searches may use changes. */
  readonly revision: number
}
