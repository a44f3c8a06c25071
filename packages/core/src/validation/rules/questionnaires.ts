import type { Finding, Rule, RuleTarget } from '../contract.js'
import { type Form, formOf, type Question } from './questionnaire.js'

/**
 * A Questionnaire that can be answered: conditions depend on questions that are there
 * (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen), and of every two limits the least
 * is not above the most.
 */
export const questionnaires: Rule = {
  name: 'questionnaire',
  types: ['Questionnaire'],
  check(target) {
    const form = formOf(target.resource)
    checkItems(target, form, form.items, target.expression)
  },
}

function checkItems(target: RuleTarget, form: Form, items: readonly Question[], path: string): void {
  for (const [index, question] of items.entries()) {
    const where = `${path}.item[${index}]`
    checkConditions(target, form, question, where)
    checkLimits(target, question, where)
    checkItems(target, form, question.items, where)
  }
}

function checkConditions(target: RuleTarget, form: Form, question: Question, where: string): void {
  for (const [index, condition] of question.enableWhen.entries()) {
    const linkId = String(condition.question)
    const expression = `${where}.enableWhen[${index}].question`
    const other = form.all.get(linkId)
    const fail = (code: Finding['code'], text: string) =>
      target.report({ severity: 'error', code, expression, text: `${expression}: ${text}` })
    if (!other)
      fail('not-found', `expected the linkId of a question of this Questionnaire, found '${linkId}'.`)
    else if (linkId === question.linkId) fail('business-rule', `'${linkId}' cannot depend on its own answer.`)
    else if (other.type === 'display' || other.type === 'group') {
      fail('business-rule', `expected a question, found '${linkId}', a ${other.type}, which has no answers.`)
    }
  }
}

function checkLimits(
  target: RuleTarget,
  { linkId, limits, required, repeats }: Question,
  where: string,
): void {
  const fail = (text: string) =>
    target.report({
      severity: 'error',
      code: 'business-rule',
      expression: where,
      text: `${where}: '${linkId}' ${text}`,
    })
  const { minLength, maxLength, minOccurs, maxOccurs } = limits
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    fail(`asks for at least ${minLength} and at most ${maxLength} characters, which no answer has.`)
  }
  if (minOccurs !== undefined && maxOccurs !== undefined && minOccurs > maxOccurs) {
    fail(`asks for at least ${minOccurs} and at most ${maxOccurs} answers, which no response has.`)
  }
  if (minOccurs !== undefined && minOccurs > 1 && !repeats) {
    fail(`asks for at least ${minOccurs} answers, but does not repeat.`)
  }
  if (required && maxOccurs === 0) fail('is required, but may have no answers.')
}
