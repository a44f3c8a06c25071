import { compareValues } from './compare-values.js'
import { type AnswerValue, choiceOf, type Question, sameValue } from './questionnaire.js'
import { type JsonObject, objects } from './values.js'

/** The lists of response items around a question: the innermost, which it is in itself, first. */
export interface Surroundings {
  readonly items: readonly JsonObject[]
  readonly outer?: Surroundings
}

/**
 * Whether a question is to be answered (https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen).
 * Of several answers to the question that it depends on, the nearest ones count.
 */
export function isEnabled(question: Question, surroundings: Surroundings): boolean {
  const { enableWhen, enableAny } = question
  if (enableWhen.length === 0) return true
  const holds = (condition: JsonObject) => conditionHolds(condition, surroundings)
  return enableAny ? enableWhen.some(holds) : enableWhen.every(holds)
}

function conditionHolds(condition: JsonObject, surroundings: Surroundings): boolean {
  const answers = nearestAnswers(String(condition.question), surroundings)
  const [expected] = choiceOf(condition, 'answer')
  if (!expected) return true
  switch (condition.operator) {
    case 'exists':
      return answers.length > 0 === expected.value
    case '=':
      return answers.some((answer) => isSame(answer, expected))
    case '!=':
      return !answers.some((answer) => isSame(answer, expected))
    default:
      return answers.some((answer) => isOrdered(answer, String(condition.operator), expected))
  }
}

function isSame(answer: AnswerValue, expected: AnswerValue): boolean {
  if (answer.type === 'Quantity' && expected.type === 'Quantity') {
    return compareValues(answer, expected) === 0 || sameValue(answer, expected)
  }
  return sameValue(answer, expected)
}

function isOrdered(answer: AnswerValue, operator: string, expected: AnswerValue): boolean {
  const order = compareValues(answer, expected)
  if (order === undefined) return false
  if (operator === '>') return order > 0
  if (operator === '<') return order < 0
  return operator === '>=' ? order >= 0 : order <= 0
}

function nearestAnswers(linkId: string, surroundings: Surroundings): readonly AnswerValue[] {
  let outermost = surroundings
  while (outermost.outer) outermost = outermost.outer
  const places = placesOf(outermost).get(linkId) ?? []
  if (places.length < 2) return places[0] ?? []
  for (let here: Surroundings | undefined = surroundings; here; here = here.outer) {
    const answers: AnswerValue[] = []
    collect(here.items, linkId, answers)
    if (answers.length > 0) return answers
  }
  return []
}

/** The answers by linkId, a list for each item of that linkId: most are there once, and need no search. */
type Places = ReadonlyMap<string, readonly (readonly AnswerValue[])[]>

const known = new WeakMap<Surroundings, Places>()

function placesOf(outermost: Surroundings): Places {
  let places = known.get(outermost)
  if (!places) {
    const found = new Map<string, AnswerValue[][]>()
    addPlaces(outermost.items, found)
    places = found
    known.set(outermost, places)
  }
  return places
}

function addPlaces(items: readonly JsonObject[], places: Map<string, AnswerValue[][]>): void {
  for (const item of items) {
    const answers = objects(item.answer)
    if (answers.length > 0) {
      const linkId = String(item.linkId)
      const values = answers.flatMap((answer) => choiceOf(answer))
      const others = places.get(linkId)
      if (others) others.push(values)
      else places.set(linkId, [values])
    }
    for (const answer of answers) if (answer.item !== undefined) addPlaces(objects(answer.item), places)
    if (item.item !== undefined) addPlaces(objects(item.item), places)
  }
}

function collect(items: readonly JsonObject[], linkId: string, answers: AnswerValue[]): void {
  for (const item of items) {
    for (const answer of objects(item.answer)) {
      if (item.linkId === linkId) answers.push(...choiceOf(answer))
      if (answer.item !== undefined) collect(objects(answer.item), linkId, answers)
    }
    if (item.item !== undefined) collect(objects(item.item), linkId, answers)
  }
}
