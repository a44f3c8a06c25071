import type { ResourceType } from '../fhir/types.js'

/** A search parameter that a plugin adds, in the words of SearchParameter (https://hl7.org/fhir/R4/searchparameter.html). */
export interface PluginSearchParameter {
  /** Canonical URL, yours for ever. */
  readonly url: string
  /** What searches write before the `=`. */
  readonly code: string
  readonly base: readonly (ResourceType | 'Resource' | 'DomainResource')[]
  readonly type: 'number' | 'date' | 'string' | 'token' | 'reference' | 'composite' | 'quantity' | 'uri'
  /** FHIRPath that selects what is searched. */
  readonly expression: string
  readonly description: string
  /** Computer-friendly; made from `code` by default. */
  readonly name?: string
  /** Types that a reference may point to; any by default. */
  readonly target?: readonly (ResourceType | 'Resource')[]
  readonly component?: readonly { readonly definition: string; readonly expression: string }[]
}

/**
 * Defines a search parameter for `searchParameters` of a plugin. The server publishes it as a SearchParameter resource,
 * indexes what is stored, and offers it when that is done.
 *
 * @example
 * defineSearchParameter({
 *   url: 'https://hospital.example/SearchParameter/patient-nationality',
 *   code: 'nationality', base: ['Patient'], type: 'token', description: 'Nationality of the patient',
 *   expression: "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-nationality').extension('code').value",
 * })
 */
export function defineSearchParameter(definition: PluginSearchParameter): PluginSearchParameter {
  return Object.freeze({ ...definition })
}
