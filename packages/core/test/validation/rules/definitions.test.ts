import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codeSystems } from '../../../src/validation/rules/code-systems.js'
import { questionnaires } from '../../../src/validation/rules/questionnaires.js'
import { check } from './check.js'

const test = suite('definitions that agree with themselves')

test('a condition of a question depends on another question of the Questionnaire', () => {
  const item = (question: string) => [
    { linkId: 'g', type: 'group', item: [{ linkId: 'a', type: 'boolean' }] },
    { linkId: 'b', type: 'string', enableWhen: [{ question, operator: 'exists', answerBoolean: true }] },
  ]
  const places = (question: string) =>
    check(questionnaires, { resourceType: 'Questionnaire', item: item(question) }).places
  assert.equal(places('a'), [])
  for (const question of ['b', 'g', 'x']) {
    assert.equal(places(question), ['error Questionnaire.item[1].enableWhen[0].question'], question)
  }
})

test('limits leave room for an answer', () => {
  const places = (more: object, limits: Readonly<Record<string, number>>) => {
    const extension = Object.entries(limits).map(([name, valueInteger]) => ({
      url: `http://hl7.org/fhir/StructureDefinition/${name}`,
      valueInteger,
    }))
    const item = [{ linkId: 'a', type: 'string', extension, ...more }]
    return check(questionnaires, { resourceType: 'Questionnaire', item }).places
  }
  const wrong = ['error Questionnaire.item[0]']
  assert.equal(places({ maxLength: 3 }, { minLength: 3 }), [])
  assert.equal(places({ maxLength: 2 }, { minLength: 3 }), wrong)
  const [least, most] = ['questionnaire-minOccurs', 'questionnaire-maxOccurs']
  assert.equal(places({ repeats: true }, { [least]: 2, [most]: 2 }), [])
  assert.equal(places({ repeats: true }, { [least]: 3, [most]: 2 }), wrong)
  assert.equal(places({}, { [least]: 2 }), wrong)
  assert.equal(places({ required: true }, { [most]: 0 }), wrong)
})

test('a complete code system has as many concepts as it says, at all levels', () => {
  const concept = [{ code: 'a', concept: [{ code: 'b' }] }]
  const places = (content: string, count: number) =>
    check(codeSystems, { resourceType: 'CodeSystem', content, count, concept }).places
  assert.equal(places('complete', 2), [])
  assert.equal(places('complete', 1), ['warning CodeSystem.count'])
  assert.equal(places('fragment', 100), [])
})

test('properties of concepts are declared, and have the type that they are declared with', () => {
  const property = [{ code: 'size', type: 'integer' }]
  const places = (...found: object[]) =>
    check(codeSystems, { resourceType: 'CodeSystem', property, concept: [{ code: 'a', property: found }] })
      .places
  assert.equal(places({ code: 'size', valueInteger: 1 }, { code: 'inactive', valueBoolean: true }), [])
  assert.equal(places({ code: 'size', valueString: '1' }), ['error CodeSystem.concept[0].property[0]'])
  assert.equal(places({ code: 'weight', valueInteger: 1 }), [
    'warning CodeSystem.concept[0].property[0].code',
  ])
})

test.run()
