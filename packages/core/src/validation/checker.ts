import { type ConformanceSource, firstOf } from '../definitions/conformance.js'
import { errorCodeSystem } from '../errors/outcome.js'
import type { OperationOutcomeIssue } from '../fhir/types.js'
import { budgeted, exhausted } from '../fhirpath/budget.js'
import type { Membership } from '../terminology/membership.js'
import type {
  BindingQuestion,
  CheckRequest,
  CheckResult,
  Finding,
  MissingDefinition,
  Rule,
  RuleTarget,
} from './contract.js'
import { invariantRule } from './invariants/rule.js'
import { contentRules } from './rules/rules.js'
import { createTargets } from './rules/targets.js'
import { shapesRule } from './shapes/shapes-rule.js'

/** What checks are made with. */
export interface CheckerParts {
  /** Definitions that never change while the server runs: R4's own and those of packages. */
  readonly definitions: ConformanceSource
  /** Definitions from storage, as far as they have been fetched; asked after the others. */
  readonly stored?: ConformanceSource
  readonly membership: Membership
  /** `refuse`: an extension whose definition is not at hand is an error; `report` (default): information. */
  readonly unknownExtensions?: 'report' | 'refuse'
  /** Steps that the expressions of one check may take together; 1,000,000 by default, for a check holds the event loop. */
  readonly steps?: number
  /**
   * Told what a rule threw, which is a fault of the rule: clients see a warning without its words. One that throws ends
   * the check, as tests want it.
   */
  readonly onFault?: (error: unknown) => void
}

/** Checks everything besides structure, without waiting. */
export interface Checker {
  check(request: CheckRequest): CheckResult
  /** Drops what was compiled: for when stored definitions have changed. */
  forget(): void
}

/** Issues that one check reports. */
const maxIssues = 200

/** All rules over a resource and the resources in it (https://hl7.org/fhir/R4/validation.html). */
export function createChecker({
  definitions,
  stored,
  membership,
  unknownExtensions,
  steps,
  onFault,
}: CheckerParts): Checker {
  const all = stored ? firstOf(definitions, stored) : definitions
  const shapes = shapesRule({
    definitions: all,
    membership,
    ...(unknownExtensions === undefined ? {} : { unknownExtensions }),
  })
  // What profiles ask for comes last: it may take all the steps that are left.
  const rules: readonly Rule[] = [invariantRule(), ...contentRules(membership), shapes]

  function applyRule(rule: Rule, target: RuleTarget): void {
    if (rule.types?.includes(target.resource.resourceType) === false) return
    try {
      rule.check(target)
    } catch (error) {
      target.report(failed(error, rule, target))
      if (!isOverflow(error)) onFault?.(error)
    }
  }

  return {
    forget: () => shapes.forget(),
    check({ resource, expression, profiles }) {
      const findings = new Map<string, Finding>()
      const questions: BindingQuestion[] = []
      const missing = new Map<string, MissingDefinition>()
      const targets = createTargets(resource, expression ?? resource.resourceType, {
        definitions: all,
        ...(profiles === undefined ? {} : { profiles }),
        report: (found) => {
          // A profile and its base find the same.
          const key = `${found.severity} ${found.expression} ${found.text}`
          if (!findings.has(key)) findings.set(key, found)
        },
        ask: (question) => questions.push(question),
        missing: (definition) => missing.set(`${definition.type} ${definition.canonical}`, definition),
      })
      budgeted(() => {
        for (const rule of rules) for (const target of targets) applyRule(rule, target)
      }, steps)
      if (exhausted()) targets[0]?.report(unfinished(targets[0].expression))
      return { issues: worstFirst([...findings.values()]), questions, missing: [...missing.values()] }
    },
  }
}

/** What expressions cannot tell counts as kept, but nobody should take it for checked. */
function unfinished(expression: string): Finding {
  const text = `${expression}: the invariants that its profiles bring take too many steps, so they were not all checked. Ask for fewer profiles, or send the resource in smaller parts.`
  return { severity: 'warning', code: 'too-costly', expression, text }
}

/** V8's one RangeError for a stack that is too deep. */
function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

/**
 * A resource that is nested too deeply is refused, for nobody can tell whether it is valid. A fault of ours must not keep
 * resources out, and its words may be of definitions that the client may not see.
 */
function failed(error: unknown, rule: Rule, { expression }: RuleTarget): Finding {
  if (isOverflow(error)) {
    const text = `${expression}: this is nested too deeply to be checked (${rule.name}). Nest it less.`
    return { severity: 'error', code: 'too-long', expression, text }
  }
  const text = `${expression}: the checks of ${rule.name} ended early by a fault of the server, or of a definition it was given. What they ask for was not checked in full.`
  return { severity: 'warning', code: 'exception', expression, text }
}

const ranks = { error: 0, warning: 1, information: 2 }

function worstFirst(findings: Finding[]): OperationOutcomeIssue[] {
  const sorted = findings.sort((a, b) => ranks[a.severity] - ranks[b.severity])
  const issues = sorted.slice(0, maxIssues).map(toIssue)
  if (sorted.length > maxIssues) {
    const text = `There are ${sorted.length - maxIssues} more issues than the ${maxIssues} listed.`
    issues.push({ severity: 'information', code: 'informational', details: { text }, diagnostics: text })
  }
  return issues
}

/** A finding as clients see it: the key of an invariant and the profile that asks for it are codings of its details. */
export function toIssue({ severity, code, expression, text, key, profile }: Finding): OperationOutcomeIssue {
  const coding = [
    ...(severity === 'error' ? [{ system: errorCodeSystem, code: 'invalid-resource' }] : []),
    ...(key === undefined ? [] : [{ system: invariantSystem, code: key }]),
  ]
  const named = profile !== undefined && !text.includes(profile)
  const diagnostics = named ? `${text} (profile ${profile})` : text
  return {
    severity,
    code,
    details: { ...(coding.length > 0 ? { coding } : {}), text },
    diagnostics,
    expression: [expression],
  }
}

/** Invariants are named by their keys here. */
const invariantSystem = 'https://anamnesis.dev/fhir/CodeSystem/invariant'
