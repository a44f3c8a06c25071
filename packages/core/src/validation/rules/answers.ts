import { parseReference } from '../../fhir/references.js'
import type { Membership } from '../../terminology/membership.js'
import type { Finding, RuleTarget } from '../contract.js'
import { resourceTypes } from '../place.js'
import { compareValues } from './compare-values.js'
import { containedCodes } from './contained-value-set.js'
import { type AnswerValue, type Question, sameValue } from './questionnaire.js'
import type { JsonObject } from './values.js'

/** What the rule needs to look at the answers of one response. */
export interface AnswerContext {
  readonly target: RuleTarget
  readonly questionnaire: RuleTarget['resource']
  readonly membership: Membership | undefined
}

/** The types of answers to each type of question. */
const answerTypes: Readonly<Record<string, readonly string[]>> = {
  attachment: ['Attachment'],
  boolean: ['boolean'],
  choice: ['Coding'],
  date: ['date'],
  dateTime: ['dateTime', 'date'],
  decimal: ['decimal', 'integer'],
  integer: ['integer'],
  'open-choice': ['Coding', 'string'],
  quantity: ['Quantity'],
  reference: ['Reference'],
  string: ['string'],
  text: ['string'],
  time: ['time'],
  url: ['uri'],
}

/** Checks one answer to a question: its type, whether it is among the options, and its limits. `where` is its FHIRPath. */
export function checkAnswer(context: AnswerContext, question: Question, answer: AnswerValue, where: string) {
  const place = `${where}.value.ofType(${answer.type})`
  const fail = (code: Finding['code'], text: string) =>
    context.target.report({ severity: 'error', code, expression: place, text: `${place}: ${text}` })
  if (!hasType(context, question, answer, place, fail)) return
  checkOptions(context, question, answer, place, fail)
  checkText(question, answer, fail)
  checkRange(question, answer, fail)
  if (answer.type === 'Attachment') checkAttachment(question, answer.value as JsonObject, fail)
  if (answer.type === 'Reference') checkReference(question, answer.value as JsonObject, fail)
}

type Fail = (code: Finding['code'], text: string) => void

function hasType(
  { target }: AnswerContext,
  question: Question,
  answer: AnswerValue,
  place: string,
  fail: Fail,
): boolean {
  const allowed = answerTypes[question.type]
  if (!allowed) return true
  if (allowed.includes(answer.type)) return true
  const isChoice = question.type === 'choice' || question.type === 'open-choice'
  if (isChoice && question.options?.some((option) => option.type === answer.type)) return true
  if (isChoice && !question.options && question.valueSet === undefined) {
    const text = `${place}: '${question.linkId}' has no list of options, so that this ${answer.type} cannot be checked.`
    target.report({ severity: 'information', code: 'informational', expression: place, text })
    return true
  }
  fail(
    'structure',
    `expected an answer of type ${allowed.join(' or ')}, as '${question.linkId}' is a question of type ` +
      `${question.type}, found ${answer.type}. Answer with value${capital(allowed[0] ?? '')}.`,
  )
  return false
}

function checkOptions(
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

function checkText({ limits, linkId }: Question, { type, value }: AnswerValue, fail: Fail): void {
  if (type === 'decimal' && limits.decimals !== undefined) {
    const decimals = String(value).split('.')[1]?.length ?? 0
    if (decimals > limits.decimals) {
      fail(
        'business-rule',
        `expected at most ${limits.decimals} decimal places for '${linkId}', found ${decimals}.`,
      )
    }
  }
  if (typeof value !== 'string' || (type !== 'string' && type !== 'uri')) return
  const { minLength, maxLength } = limits
  if (maxLength !== undefined && value.length > maxLength) {
    fail('too-long', `expected at most ${maxLength} characters for '${linkId}', found ${value.length}.`)
  }
  if (minLength !== undefined && value.length < minLength) {
    fail('invalid', `expected at least ${minLength} characters for '${linkId}', found ${value.length}.`)
  }
}

function checkRange({ limits, linkId }: Question, answer: AnswerValue, fail: Fail): void {
  const bounds = [
    ['least', limits.minValue, -1],
    ['most', limits.maxValue, 1],
  ] as const
  for (const [word, bound, sign] of bounds) {
    if (!bound) continue
    const order = compareValues(answer, bound)
    if (order === undefined) {
      const expected = `expected a value to compare with ${shown(bound)} for '${linkId}'`
      fail(
        'invalid',
        `${expected}, found ${shown(answer)}. Quantities need a system and code of the same kind.`,
      )
    } else if (order * sign > 0) {
      fail('business-rule', `expected at ${word} ${shown(bound)} for '${linkId}', found ${shown(answer)}.`)
    }
  }
}

function checkAttachment({ limits, linkId }: Question, attachment: JsonObject, fail: Fail): void {
  const { contentType, data, size } = attachment
  if (limits.mimeTypes.length > 0 && typeof contentType === 'string') {
    const [type] = contentType.split(';')
    if (!limits.mimeTypes.some((allowed) => matchesMime(allowed, type ?? ''))) {
      fail(
        'not-supported',
        `expected ${limits.mimeTypes.join(' or ')} for '${linkId}', found ${contentType}.`,
      )
    }
  }
  const bytes = typeof data === 'string' ? Math.floor((data.replace(/[\s=]/g, '').length * 3) / 4) : size
  if (limits.maxSize !== undefined && typeof bytes === 'number' && bytes > limits.maxSize) {
    fail('too-long', `expected at most ${limits.maxSize} bytes for '${linkId}', found ${bytes}.`)
  }
}

function matchesMime(allowed: string, type: string): boolean {
  return allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : allowed === type
}

function checkReference({ limits, linkId }: Question, { reference, type }: JsonObject, fail: Fail): void {
  const parsed = typeof reference === 'string' ? parseReference(reference) : undefined
  const found = parsed && 'type' in parsed && parsed.type !== undefined ? parsed.type : type
  if (typeof found !== 'string') return
  if (!resourceTypes().includes(found)) {
    fail('structure', `expected a reference to a resource of R4 for '${linkId}', found one to ${found}.`)
  } else if (limits.referenceTypes.length > 0 && !limits.referenceTypes.includes(found)) {
    fail(
      'structure',
      `expected a reference to ${limits.referenceTypes.join(' or ')} for '${linkId}', found one to ${found}.`,
    )
  }
}

function listed(options: readonly AnswerValue[]): string {
  const first = options.slice(0, 10).map(shown).join(', ')
  return options.length > 10 ? `${first} and ${options.length - 10} more` : first
}

function shown({ value }: AnswerValue): string {
  if (typeof value !== 'object' || value === null) return `'${String(value)}'`
  const { code, system, value: amount, unit, reference } = value as JsonObject
  if (amount !== undefined) return `'${String(amount)} ${String(code ?? unit ?? '')}'`.replace(" '", "'")
  if (reference !== undefined) return `'${String(reference)}'`
  return system === undefined ? `'${String(code)}'` : `'${String(code)}' of ${String(system)}`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
