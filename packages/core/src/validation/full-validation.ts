import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { TerminologySource } from '../terminology/asking.js'
import type { Terminology } from '../terminology/terminology.js'
import { type Checker, toIssue } from './checker.js'
import type { BindingQuestion, CheckRequest, CheckResult } from './contract.js'
import { preloadInvariants } from './invariants/rule.js'
import type { StoredDefinitions } from './stored-definitions.js'
import { isLarge } from './weight.js'
import type { CheckWorker } from './worker/check-worker.js'

/** Everything that is checked besides structure, storage's profiles, questionnaires and value sets included. */
export interface FullValidation {
  /**
   * The issues of a resource whose structure is right, errors first. Large resources are checked in a worker; between
   * small ones other requests get their turn.
   *
   * @param source terminology as far as the caller may see it.
   * @param purpose `decide` asks storage of value sets only as far as an error may come of it, so that a write of what is
   * right does not wait for answers that nobody would read; where there is an error, all issues are given.
   */
  validate(
    request: CheckRequest,
    source: TerminologySource,
    purpose?: 'report' | 'decide',
  ): Promise<readonly OperationOutcomeIssue[]>
  /** A profile, questionnaire or value set was stored or deleted here. */
  changed(): void
  /** Loads and compiles ahead of the first write what every write needs. */
  preload(): void
  stop(): Promise<void>
}

export interface FullValidationParts {
  readonly checker: Checker
  readonly stored: StoredDefinitions
  readonly terminology: Terminology
  readonly worker: CheckWorker
}

/** Definitions may ask for further ones: a profile for its base, that for an extension. */
const maxRounds = 6
/** Milliseconds that checks may hold the event loop. */
const turn = 10

export function createFullValidation({
  checker,
  stored,
  terminology,
  worker,
}: FullValidationParts): FullValidation {
  let revision = stored.revision
  let turnBegan = 0

  async function check(request: CheckRequest): Promise<CheckResult> {
    if (stored.revision !== revision) {
      revision = stored.revision
      checker.forget()
    }
    if (isLarge(request.resource)) return worker.check(request, stored.entries())
    const now = performance.now()
    if (now - turnBegan > turn) {
      // Either this is the first for a while, or a bundle's entries have had their turn.
      await new Promise(setImmediate)
      turnBegan = performance.now()
    }
    return checker.check(request)
  }

  async function ask(questions: readonly BindingQuestion[], source: TerminologySource) {
    const answers = await terminology.askBindings(questions, source)
    return questions.flatMap((question, index) => judge(question, answers[index]))
  }

  return {
    async validate(request, source, purpose = 'report') {
      stored.refresh()
      let result = await check(request)
      for (let round = 1; round < maxRounds && result.missing.length > 0; round++) {
        if (!(await stored.fetch(result.missing, source))) break
        result = await check(request)
      }
      if (result.questions.length === 0) return result.issues
      if (purpose === 'decide' && !result.issues.some(isError)) {
        const decisive = result.questions.filter(({ strength }) => strength === 'required')
        if (decisive.length === 0) return result.issues
        const found = await ask(decisive, source)
        if (!found.some(isError)) return [...found, ...result.issues]
      }
      const answered = await ask(result.questions, source)
      // Errors stay first.
      return [...answered, ...result.issues].sort((a, b) => Number(isError(b)) - Number(isError(a)))
    },
    changed: () => stored.expire(),
    preload() {
      preloadInvariants()
      const patient: AnyResource = { resourceType: 'Patient', id: 'x', gender: 'unknown' }
      checker.check({ resource: patient })
    },
    stop: () => worker.stop(),
  }
}

function isError({ severity }: OperationOutcomeIssue): boolean {
  return severity === 'error'
}

/**
 * What to say of a binding (https://hl7.org/fhir/R4/terminologies.html#strength) whose codes are members, are none, or could
 * not be looked up (undefined).
 */
export function judge(question: BindingQuestion, member: boolean | undefined): OperationOutcomeIssue[] {
  const { strength, valueSet, codes, expression } = question
  if (member === true || (strength === 'preferred' && member === undefined)) return []
  const found = codes
    .slice(0, 5)
    .map(
      ({ system, code }) =>
        `'${code.slice(0, 60)}'${system === undefined ? '' : ` of ${system.slice(0, 120)}`}`,
    )
    .join(', ')
  const subject = `${expression}: the value set ${valueSet}`
  if (member === undefined) {
    const severity = strength === 'required' ? 'warning' : 'information'
    const remedy = 'Store the value set and its code systems, or load a package that has them.'
    const text = `${subject}, or a code system that it needs, is not here, so ${found} could not be checked. ${remedy}`
    return [toIssue({ severity, code: 'not-found', expression, text })]
  }
  const severity = strength === 'required' ? 'error' : strength === 'extensible' ? 'warning' : 'information'
  const text = `${subject} (${strength}) does not have ${found}. Use one of its codes.`
  return [toIssue({ severity, code: 'code-invalid', expression, text })]
}
