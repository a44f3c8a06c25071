import { parseReference } from '../../fhir/references.js'
import type { Finding } from '../contract.js'
import { resourceTypes } from '../place.js'
import { type AnswerContext, type Fail, shown } from './answer-context.js'
import { checkOptions } from './answer-options.js'
import { compareValues } from './compare-values.js'
import type { AnswerValue, Question } from './questionnaire.js'
import type { JsonObject } from './values.js'

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

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
