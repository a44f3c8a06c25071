import type { Membership } from '../../terminology/membership.js'
import type { Finding, RuleTarget } from '../contract.js'
import { clip } from '../names.js'
import type { AnswerValue } from './questionnaire.js'
import type { JsonObject } from './values.js'

/** What the rule needs to look at the answers of one response. */
export interface AnswerContext {
  readonly target: RuleTarget
  readonly questionnaire: RuleTarget['resource']
  readonly membership: Membership | undefined
}

/** Reports an error of the answer that is looked at. */
export type Fail = (code: Finding['code'], text: string) => void

/** An answer or option, for a message. */
export function shown({ value }: AnswerValue): string {
  if (typeof value !== 'object' || value === null) return `'${clip(String(value))}'`
  const { code, system, value: amount, unit, reference } = value as JsonObject
  if (amount !== undefined) return `'${String(amount)} ${String(code ?? unit ?? '')}'`.replace(" '", "'")
  if (reference !== undefined) return `'${clip(String(reference))}'`
  return system === undefined ? `'${String(code)}'` : `'${String(code)}' of ${String(system)}`
}
