import { FhirError } from '../errors/fhir-error.js'
import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import { narrow } from '../plugin/run-hooks.js'
import { storedTerminology } from '../terminology/stored.js'
import { levelFor } from '../validation/level.js'
import { validateStructure } from '../validation/structure.js'
import type { EngineParts } from './engine.js'

/** What to validate a resource for. */
export interface ValidationTarget {
  readonly level: 'structure' | 'full'
  /** Where the resource sits in the request, for messages: `Bundle.entry[3].resource`. */
  readonly path?: string | undefined
  readonly profiles?: readonly string[]
  /** `decide`: without errors, what else there would be to say is not complete. By default everything is reported. */
  readonly purpose?: 'report' | 'decide'
}

/**
 * The issues of a resource (https://hl7.org/fhir/R4/validation.html), errors first. The other checks are made only where
 * the structure is right.
 */
export async function issuesOf(
  parts: EngineParts,
  resource: AnyResource,
  { level, path, profiles, purpose }: ValidationTarget,
  ctx: RequestContext,
): Promise<readonly OperationOutcomeIssue[]> {
  const structural = validateStructure(resource)
  if (structural.length > 0) return path === undefined ? structural : placed(structural, path)
  if (level === 'structure') return structural
  const source = storedTerminology(parts.definitions, ctx.transaction ?? parts.storage, (query) =>
    narrow(parts.registry, query, ctx),
  )
  return parts.fullValidation.validate(
    {
      resource,
      ...(path === undefined ? {} : { expression: path }),
      ...(profiles === undefined ? {} : { profiles }),
    },
    source,
    purpose,
  )
}

/**
 * Refuses a resource that is not valid at the level of the server, or of the request where that may choose.
 *
 * @returns what is no error, where there is anything to wait for
 * @throws FhirError `invalid-resource` with an issue for each fault, warnings included.
 */
export function validateWrite(
  parts: EngineParts,
  resource: AnyResource,
  path: string | undefined,
  ctx: RequestContext,
): Promise<readonly OperationOutcomeIssue[]> | undefined {
  const level = levelFor(parts.validation, ctx.validation)
  if (level === 'off') return undefined
  if (level === 'full') {
    return issuesOf(parts, resource, { level, path, purpose: 'decide' }, ctx).then(refuseErrors)
  }
  const issues = validateStructure(resource)
  if (issues.length > 0) refuseErrors(path === undefined ? issues : placed(issues, path))
  return undefined
}

function refuseErrors(issues: readonly OperationOutcomeIssue[]): readonly OperationOutcomeIssue[] {
  if (!issues.some(({ severity }) => severity === 'error' || severity === 'fatal')) return issues
  throw new FhirError('invalid-resource', 'The resource is not valid R4.', { issues: [...issues] })
}

function placed(issues: readonly OperationOutcomeIssue[], path: string): OperationOutcomeIssue[] {
  return issues.map(({ expression, ...issue }) =>
    expression ? { ...issue, expression: expression.map((each) => each.replace(/^[A-Za-z]*/, path)) } : issue,
  )
}
