import type { Membership } from '../../terminology/membership.js'
import { type AnswerContext, type Fail, shown } from './answer-context.js'
import { containedCodes } from './contained-value-set.js'
import { type AnswerValue, type Question, sameValue } from './questionnaire.js'
import type { JsonObject } from './values.js'

/** An answer is one of the options of its question, or a code of the value set that they are. */
export function checkOptions(
  context: AnswerContext,
  question: Question,
  answer: AnswerValue,
  place: string,
  fail: Fail,
): void {
  if (answer.type === 'string' && question.type === 'open-choice') return
  if (question.options) {
    if (question.options.some((option) => sameValue(answer, option))) return
    fail(
      'code-invalid',
      `${shown(answer)} is none of the options of '${question.linkId}': ${listed(question.options)}.`,
    )
    return
  }
  if (question.valueSet === undefined) return
  const coding = answer.type === 'Coding' ? (answer.value as JsonObject) : { code: answer.value }
  if (typeof coding.code !== 'string') return
  if (question.valueSet.startsWith('#')) checkContained(context, question, coding, fail)
  else checkMember(context, question.valueSet, coding as { readonly code: string }, place, fail)
  checkDisplay(context.membership, coding, fail)
}

function checkMember(
  { membership, target }: AnswerContext,
  valueSet: string,
  coding: { readonly code: string; readonly system?: string },
  place: string,
  fail: Fail,
): void {
  const isMember = membership?.contains(valueSet, coding)
  if (isMember === undefined) {
    target.ask({ strength: 'required', valueSet, codes: [coding], expression: place })
  } else if (!isMember) {
    fail('code-invalid', `'${coding.code}' is not in ${valueSet}, the value set of the options.`)
  }
}

function checkContained(context: AnswerContext, question: Question, coding: JsonObject, fail: Fail): void {
  const codes = containedCodes(context.questionnaire, context.target, String(question.valueSet).slice(1))
  if (!codes || codes.some((known) => isSameCode(known, coding))) return
  fail(
    'code-invalid',
    `'${String(coding.code)}' is not in ${question.valueSet}, the value set of the options of '${question.linkId}'.`,
  )
}

/** A code without system is the same as any that is spelled so. */
function isSameCode(known: { system?: string; code: string }, coding: JsonObject): boolean {
  return known.code === coding.code && (coding.system === undefined || coding.system === known.system)
}

/** The display is what people read: a wrong one makes the answer say two things. */
function checkDisplay(membership: Membership | undefined, coding: JsonObject, fail: Fail): void {
  const { system, code, display } = coding
  if (!membership || typeof system !== 'string' || typeof code !== 'string' || typeof display !== 'string')
    return
  const known = membership.lookup(system, code)
  if (!known || known.display === undefined) return
  const names = [known.display, ...known.designations.map(({ value }) => value)]
  if (names.some((name) => simplified(name) === simplified(display))) return
  fail(
    'invalid',
    `the display '${display}' is not that of ${code} in ${system}, which is '${known.display}'.`,
  )
}

function simplified(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim()
}

function listed(options: readonly AnswerValue[]): string {
  const first = options.slice(0, 10).map(shown).join(', ')
  return options.length > 10 ? `${first} and ${options.length - 10} more` : first
}
