import type { OperationOutcomeIssue } from '../fhir/types.js'
import { loadValidators } from './generated.js'
import { describeError, issue } from './issues.js'

const maxIssues = 50

/** How to report the issues of a resource. */
export interface ValidateStructureOptions {
  /** FHIRPath of the resource where it is part of another, e.g. `Bundle.entry[3].resource`. Default: its type. */
  readonly expression?: string
}

/**
 * Checks a resource against the structure of R4 (https://hl7.org/fhir/R4/json.html): known elements, JSON types,
 * cardinality, formats of primitives, codes of required bindings that enumerate their codes, choices, contained
 * resources. Invariants, references, profiles and other bindings are none of its business.
 *
 * Never throws, whatever it is given: a resource that is nested too deeply for the stack gives an issue as well. At
 * least 300 levels are checked.
 *
 * @returns at most 50 errors, in no particular order, followed by a note if there are more; empty for a valid resource.
 */
export function validateStructure(
  resource: unknown,
  options: ValidateStructureOptions = {},
): OperationOutcomeIssue[] {
  const { validateResource } = loadValidators()
  try {
    if (validateResource(resource, { instancePath: '' })) return []
  } catch (error) {
    // The only recursion is over the resource itself.
    if (!(error instanceof RangeError)) throw error
    return [issue('structure', options.expression, 'The resource is nested too deeply to be checked.')]
  }
  const errors = validateResource.errors ?? []
  const issues = errors.slice(0, maxIssues).map((error) => describeError(error, resource, options.expression))
  if (errors.length > maxIssues) issues.push(moreIssues())
  return issues
}

/** Loads the validators ahead of the first write, which would otherwise take some 40 ms longer. */
export function preloadValidators(): void {
  loadValidators()
}

function moreIssues(): OperationOutcomeIssue {
  const text = `There are more problems than the ${maxIssues} listed. Correct these and send the resource again.`
  return { severity: 'information', code: 'informational', details: { text }, diagnostics: text }
}
