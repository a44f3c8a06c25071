import type { AnyResource } from '../fhir/types.js'

/** The conformance and knowledge resources that others refer to by canonical URL. */
export type ConformanceType =
  | 'CodeSystem'
  | 'ConceptMap'
  | 'NamingSystem'
  | 'Questionnaire'
  | 'SearchParameter'
  | 'StructureDefinition'
  | 'ValueSet'

/**
 * Where definitions are found by canonical URL without waiting: what comes with the server, what packages bring, stored
 * ones that were fetched before.
 */
export interface ConformanceSource {
  /**
   * The resource of this canonical URL, and of this version where one is given; of several versions the highest. A source
   * gives the same object for the same question as long as it holds the resource in memory.
   */
  find(type: ConformanceType, url: string, version?: string): AnyResource | undefined
}

/** The first source that has the resource answers. */
export function firstOf(...sources: readonly ConformanceSource[]): ConformanceSource {
  return {
    find(type, url, version) {
      for (const source of sources) {
        const found = source.find(type, url, version)
        if (found) return found
      }
      return undefined
    },
  }
}
