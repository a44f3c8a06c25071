import type { AnyResource } from '../../fhir/types.js'
import type { Membership } from '../../terminology/membership.js'
import type { Finding, Rule, RuleTarget } from '../contract.js'
import type { AnswerContext } from './answer-context.js'
import { checkAnswer } from './answers.js'
import { isEnabled, type Surroundings } from './enable-when.js'
import { choiceOf, type Form, formOf, type Question, sameValue } from './questionnaire.js'
import { type JsonObject, objects } from './values.js'

/** The statuses in which a response claims to be complete. */
const complete = ['completed', 'amended']

const others = ['CodeSystem', 'ConceptMap', 'StructureDefinition', 'ValueSet'] as const

/**
 * A QuestionnaireResponse against its Questionnaire (https://hl7.org/fhir/R4/questionnaireresponse.html#notes), where that
 * is at hand: which items there are and in what order, which have to be answered, types of answers, options and limits.
 *
 * @param membership tells displays; without it, these are not checked.
 */
export function questionnaireResponses(membership?: Membership): Rule {
  return {
    name: 'questionnaire-response',
    types: ['QuestionnaireResponse'],
    check(target) {
      const canonical = target.resource.questionnaire
      if (typeof canonical !== 'string') return
      const where = `${target.expression}.questionnaire`
      const questionnaire = target.definition('Questionnaire', canonical, where)
      if (questionnaire) new ResponseCheck(target, questionnaire, membership).run()
      else reportUnknown(target, canonical, where)
    },
  }
}

function reportUnknown(target: RuleTarget, canonical: string, expression: string): void {
  const other = otherType(target, canonical, expression)
  const text = `${expression}: expected the URL of a Questionnaire, found '${canonical}'`
  if (other !== undefined) {
    target.report({ severity: 'error', code: 'structure', expression, text: `${text}, a ${other}.` })
  } else if (canonical.startsWith('#')) {
    target.report({
      severity: 'error',
      code: 'not-found',
      expression,
      text: `${text}, which is not contained.`,
    })
  } else {
    target.report({
      severity: 'warning',
      code: 'not-found',
      expression,
      text: `${text}, which is not at hand: the answers cannot be checked. Store the Questionnaire on this server.`,
    })
  }
}

/** The type of what a canonical leads to instead of a Questionnaire, where its URL says so. */
function otherType(target: RuleTarget, canonical: string, expression: string): string | undefined {
  if (canonical.startsWith('#')) return target.resolve(canonical)?.resource.resourceType
  const named = others.find((type) => canonical.includes(`/${type}/`))
  return named && target.definition(named, canonical, expression)?.resourceType
}

class ResponseCheck {
  readonly #target: RuleTarget
  readonly #form: Form
  readonly #answers: AnswerContext
  readonly #complete: boolean
  readonly #withdrawn: boolean

  constructor(target: RuleTarget, questionnaire: AnyResource, membership: Membership | undefined) {
    this.#target = target
    this.#form = formOf(questionnaire)
    this.#answers = { target, questionnaire, membership }
    this.#complete = complete.includes(String(target.resource.status))
    this.#withdrawn = target.resource.status === 'entered-in-error'
  }

  run(): void {
    if (this.#withdrawn) return
    const items = objects(this.#target.resource.item)
    this.#checkItems(items, this.#form, this.#target.expression, { items })
  }

  /** Items beside each other. `path` is the FHIRPath of the element that holds them. */
  #checkItems(
    items: readonly JsonObject[],
    questions: Pick<Form, 'items' | 'byLinkId'>,
    path: string,
    surroundings: Surroundings,
  ): void {
    const seen = new Map<string, number>()
    let last = -1
    for (const [index, item] of items.entries()) {
      const where = `${path}.item[${index}]`
      const linkId = String(item.linkId)
      const question = questions.byLinkId.get(linkId)
      if (!question) {
        this.#unknown(linkId, where)
        continue
      }
      if (question.position < last) this.#outOfOrder(linkId, where)
      last = Math.max(last, question.position)
      const times = (seen.get(linkId) ?? 0) + 1
      seen.set(linkId, times)
      if (times === 2 && !question.repeats) {
        this.#error(
          'structure',
          where,
          `'${linkId}' does not repeat, but is here more than once. Leave one of them.`,
        )
      }
      this.#checkItem(item, question, where, surroundings)
    }
    for (const question of questions.items) {
      if (!seen.has(question.linkId)) this.#checkAbsent(question, path, surroundings)
    }
  }

  #checkItem(item: JsonObject, question: Question, where: string, surroundings: Surroundings): void {
    const answers = objects(item.answer)
    const hasContent = answers.length > 0 || item.item !== undefined
    if (hasContent && !isEnabled(question, surroundings)) {
      this.#report(
        this.#complete ? 'error' : 'warning',
        'business-rule',
        where,
        `'${question.linkId}' is not to be answered, because its conditions (enableWhen) do not hold.`,
      )
    }
    if (question.type === 'group') {
      this.#checkGroup(item, question, where, surroundings)
    } else if (question.type === 'display') {
      if (hasContent)
        this.#error(
          'structure',
          where,
          `'${question.linkId}' is text to display, which has neither answers nor items.`,
        )
    } else this.#checkQuestion(item, question, where, surroundings)
  }

  #checkQuestion(item: JsonObject, question: Question, where: string, surroundings: Surroundings): void {
    const answers = objects(item.answer)
    if (item.item !== undefined) {
      const text = `the items below the question '${question.linkId}' have to be within its answers (answer.item).`
      this.#error('structure', `${where}.item`, text)
    }
    if (question.type === 'question' && answers.length > 0) {
      this.#error(
        'structure',
        where,
        `'${question.linkId}' is of the abstract type question, which has no answers.`,
      )
      return
    }
    this.#checkAnswers(answers, question, where, surroundings)
  }

  #checkGroup(item: JsonObject, group: Question, where: string, surroundings: Surroundings): void {
    if (item.answer !== undefined) {
      this.#error(
        'structure',
        `${where}.answer`,
        `'${group.linkId}' is a group, which has items but no answers.`,
      )
    }
    const items = objects(item.item)
    if (items.length === 0 && group.required && this.#complete && isEnabled(group, surroundings)) {
      this.#error('required', where, `the group '${group.linkId}' is required, but has no items.`)
    }
    this.#checkItems(items, group, where, { items, outer: surroundings })
  }

  #checkAnswers(
    answers: readonly JsonObject[],
    question: Question,
    where: string,
    surroundings: Surroundings,
  ): void {
    this.#checkCount(answers.length, question, where, surroundings)
    answers.forEach((answer, index) => {
      const here = `${where}.answer[${index}]`
      const [value] = choiceOf(answer)
      if (value) {
        checkAnswer(this.#answers, question, value, here)
        this.#checkReadOnly(question, value, here)
      }
      const items = objects(answer.item)
      if (items.length > 0 || question.items.length > 0) {
        this.#checkItems(items, question, here, { items, outer: surroundings })
      }
    })
  }

  #checkCount(count: number, question: Question, where: string, surroundings: Surroundings): void {
    const { limits, linkId } = question
    if (count > 1 && !question.repeats) {
      this.#error(
        'structure',
        where,
        `expected one answer to '${linkId}', which does not repeat, found ${count}.`,
      )
    } else if (limits.maxOccurs !== undefined && count > limits.maxOccurs) {
      this.#error(
        'business-rule',
        where,
        `expected at most ${limits.maxOccurs} answers to '${linkId}', found ${count}.`,
      )
    }
    if (!this.#complete) return
    const least = Math.max(question.required ? 1 : 0, limits.minOccurs ?? 0)
    if (count < least && isEnabled(question, surroundings)) {
      const found = count === 0 ? 'none' : String(count)
      this.#error('required', where, `expected at least ${answersOf(least)} to '${linkId}', found ${found}.`)
    }
  }

  #checkReadOnly(question: Question, value: ReturnType<typeof choiceOf>[number], where: string): void {
    if (!question.readOnly || question.initial.length === 0 || question.limits.calculated) return
    if (question.initial.some((initial) => sameValue(value, initial))) return
    const text = `'${question.linkId}' is not for people to answer (readOnly), but differs from its initial value.`
    this.#report('warning', 'business-rule', where, text)
  }

  #checkAbsent(question: Question, path: string, surroundings: Surroundings): void {
    const least = Math.max(question.required ? 1 : 0, question.limits.minOccurs ?? 0)
    if (least === 0 || !this.#complete || question.type === 'display') return
    if (!isEnabled(question, surroundings)) return
    const what = question.type === 'group' ? 'the group' : `${answersOf(least)} to`
    const text = `expected ${what} '${question.linkId}', which is required, found nothing. Answer it, or leave the response in-progress.`
    this.#error('required', path, text)
  }

  #unknown(linkId: string, where: string): void {
    const elsewhere = this.#form.all.has(linkId)
    const text = elsewhere
      ? `'${linkId}' is an item of the Questionnaire, but not in this place. Nest items as the Questionnaire does.`
      : `'${linkId}' is no linkId of the Questionnaire.`
    this.#error('structure', `${where}.linkId`, text)
  }

  #outOfOrder(linkId: string, where: string): void {
    const text = `'${linkId}' comes after an item that follows it in the Questionnaire. Keep to its order.`
    this.#error('structure', where, text)
  }

  #error(code: Finding['code'], expression: string, text: string): void {
    this.#report('error', code, expression, text)
  }

  #report(severity: Finding['severity'], code: Finding['code'], expression: string, text: string): void {
    this.#target.report({ severity, code, expression, text: `${expression}: ${text}` })
  }
}

function answersOf(count: number): string {
  return count === 1 ? 'one answer' : `${count} answers`
}
