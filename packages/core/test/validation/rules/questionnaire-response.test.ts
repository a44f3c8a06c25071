import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Membership } from '../../../src/terminology/membership.js'
import { questionnaireResponses } from '../../../src/validation/rules/questionnaire-response.js'
import { check } from './check.js'

const test = suite('answers to questionnaires')
const url = 'http://a.example/Questionnaire/q'
const standard = 'http://hl7.org/fhir/StructureDefinition/'
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'

function answered(questions: readonly object[], item: readonly object[], more: object = {}) {
  const response = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: url,
    status: 'completed',
    item,
    ...more,
  }
  return check(questionnaireResponses(), response, [{ resourceType: 'Questionnaire', url, item: questions }])
}

/** What is found in answers to one question `q`, below its item. */
function answersTo(question: object, answer: readonly object[], more: object = {}): readonly string[] {
  const { places } = answered([{ linkId: 'q', ...question }], [{ linkId: 'q', answer }], more)
  return places.map((place) => place.replace('QuestionnaireResponse.item[0]', ''))
}

test('a Questionnaire that is not at hand is a warning; what is no Questionnaire is an error', () => {
  const response = { resourceType: 'QuestionnaireResponse', status: 'completed' }
  const rule = questionnaireResponses()
  const where = 'QuestionnaireResponse.questionnaire'
  assert.equal(check(rule, { ...response, questionnaire: url }).places, [`warning ${where}`])
  assert.equal(check(rule, { ...response, questionnaire: '#q' }).places, [`error ${where}`])
  const contained = [{ resourceType: 'ValueSet', id: 'q' }]
  assert.equal(check(rule, { ...response, questionnaire: '#q', contained }).places, [`error ${where}`])
  const other = 'http://a.example/ValueSet/x'
  const valueSet = { resourceType: 'ValueSet', url: other }
  assert.equal(check(rule, { ...response, questionnaire: other }, [valueSet]).places, [`error ${where}`])
})

test('a contained Questionnaire is used, and the value sets beside it', () => {
  const include = [{ system: 'http://a.example', concept: [{ code: 'a' }] }]
  const contained = [
    {
      resourceType: 'Questionnaire',
      id: 'q',
      item: [{ linkId: 'q', type: 'choice', repeats: true, answerValueSet: '#v' }],
    },
    { resourceType: 'ValueSet', id: 'v', compose: { include } },
  ]
  const answer = [{ valueCoding: { code: 'a' } }, { valueCoding: { code: 'b' } }]
  const { places } = check(questionnaireResponses(), {
    resourceType: 'QuestionnaireResponse',
    questionnaire: '#q',
    status: 'completed',
    contained,
    item: [{ linkId: 'q', answer }],
  })
  assert.equal(places, ['error QuestionnaireResponse.item[0].answer[1].value.ofType(Coding)'])
})

test('items are those of the Questionnaire, in its places and order', () => {
  const questions = [
    { linkId: 'g', type: 'group', item: [{ linkId: 'a', type: 'string' }] },
    { linkId: 'b', type: 'string' },
  ]
  const places = (...item: object[]) => answered(questions, item).places
  const a = { linkId: 'a', answer: [{ valueString: 'x' }] }
  const b = { linkId: 'b', answer: [{ valueString: 'x' }] }
  assert.equal(places({ linkId: 'g', item: [a] }, b), [])
  assert.equal(places(b, { linkId: 'g', item: [a] }), ['error QuestionnaireResponse.item[1]'])
  assert.equal(places(a), ['error QuestionnaireResponse.item[0].linkId'])
  assert.equal(places({ linkId: 'x' }), ['error QuestionnaireResponse.item[0].linkId'])
  assert.equal(places(b, b), ['error QuestionnaireResponse.item[1]'])
  assert.equal(places({ linkId: 'g', answer: a.answer, item: [a] }), [
    'error QuestionnaireResponse.item[0].answer',
  ])
  assert.equal(places({ linkId: 'b', item: [a] }), ['error QuestionnaireResponse.item[0].item'])
})

test('items below a question are within its answers', () => {
  const questions = [
    { linkId: 'q', type: 'boolean', item: [{ linkId: 'r', type: 'string', required: true }] },
  ]
  const answer = (item: readonly object[]) => [{ linkId: 'q', answer: [{ valueBoolean: true, item }] }]
  const inner = { linkId: 'r', answer: [{ valueString: 'x' }] }
  assert.equal(answered(questions, answer([inner])).places, [])
  assert.equal(answered(questions, answer([])).places, ['error QuestionnaireResponse.item[0].answer[0]'])
  assert.equal(
    answered(questions, []).places,
    [],
    'what is below a question that was not answered is not asked',
  )
})

test('required items are there once the response is complete', () => {
  const questions = [
    { linkId: 'g', type: 'group', required: true, item: [{ linkId: 'a', type: 'string', required: true }] },
  ]
  const places = (status: string, ...item: object[]) => answered(questions, item, { status }).places
  assert.equal(places('completed'), ['error QuestionnaireResponse'])
  assert.equal(places('amended', { linkId: 'g' }), [
    'error QuestionnaireResponse.item[0]',
    'error QuestionnaireResponse.item[0]',
  ])
  assert.equal(places('in-progress'), [])
  assert.equal(places('in-progress', { linkId: 'g' }), [])
})

test('nothing is asked of a response that was entered in error', () => {
  assert.equal(answered([], [{ linkId: 'x' }], { status: 'entered-in-error' }).places, [])
})

const types: readonly (readonly [type: string, answer: object, others: object])[] = [
  ['boolean', { valueBoolean: true }, { valueString: 'true' }],
  ['decimal', { valueDecimal: 1.5 }, { valueString: '1.5' }],
  ['decimal', { valueInteger: 1 }, { valueQuantity: { value: 1 } }],
  ['integer', { valueInteger: 1 }, { valueDecimal: 1.5 }],
  ['date', { valueDate: '2024' }, { valueDateTime: '2024' }],
  ['dateTime', { valueDateTime: '2024-01-01T00:00:00Z' }, { valueTime: '10:00:00' }],
  ['time', { valueTime: '10:00:00' }, { valueString: '10:00:00' }],
  ['string', { valueString: 'a' }, { valueUri: 'a' }],
  ['text', { valueString: 'a' }, { valueCoding: { code: 'a' } }],
  ['url', { valueUri: 'http://a.example' }, { valueString: 'http://a.example' }],
  ['attachment', { valueAttachment: {} }, { valueReference: {} }],
  ['reference', { valueReference: { reference: 'Patient/1' } }, { valueString: 'Patient/1' }],
  ['quantity', { valueQuantity: { value: 1 } }, { valueDecimal: 1 }],
  ['open-choice', { valueString: 'a' }, { valueInteger: 1 }],
]

for (const [type, answer, other] of types) {
  test(`a question of type ${type} is answered by ${Object.keys(answer)[0]}, not by ${Object.keys(other)[0]}`, () => {
    const question = {
      type,
      ...(type === 'open-choice' ? { answerOption: [{ valueCoding: { code: 'b' } }] } : {}),
    }
    assert.equal(answersTo(question, [answer]), [])
    assert.equal(answersTo(question, [other]).length, 1)
  })
}

test('text to display and the abstract type question have no answers', () => {
  assert.equal(answersTo({ type: 'display' }, [{ valueString: 'a' }]), ['error '])
  assert.equal(answersTo({ type: 'question' }, [{ valueString: 'a' }]), ['error '])
})

test('how many answers there may be depends on repeats and on the extensions for the number of answers', () => {
  const answer = [{ valueInteger: 1 }, { valueInteger: 2 }]
  const occurs = (name: string, valueInteger: number) => ({
    type: 'integer',
    repeats: true,
    extension: [{ url: `${standard}questionnaire-${name}`, valueInteger }],
  })
  assert.equal(answersTo({ type: 'integer' }, answer), ['error '])
  assert.equal(answersTo({ type: 'integer', repeats: true }, answer), [])
  assert.equal(answersTo(occurs('maxOccurs', 1), answer), ['error '])
  assert.equal(answersTo(occurs('minOccurs', 3), answer), ['error '])
  assert.equal(answersTo(occurs('minOccurs', 3), answer, { status: 'in-progress' }), [])
})

test('an answer is one of the options', () => {
  const options = (...answerOption: object[]) => ({ type: 'choice', answerOption })
  const a = { valueCoding: { system: 'http://a.example', code: 'a' } }
  assert.equal(answersTo(options(a), [a]), [])
  assert.equal(answersTo(options(a), [{ valueCoding: { system: 'http://b.example', code: 'a' } }]).length, 1)
  assert.equal(answersTo(options({ valueInteger: 1 }), [{ valueInteger: 1 }]), [])
  assert.equal(answersTo(options({ valueInteger: 1 }), [{ valueInteger: 2 }]).length, 1)
  assert.equal(answersTo({ ...options(a), type: 'open-choice' }, [{ valueString: 'free' }]), [])
})

test('whether a code is in the value set of the options is a question for the terminology', () => {
  const valueSet = 'http://a.example/ValueSet/v'
  const item = [{ linkId: 'q', answer: [{ valueCoding: { system: 'http://a.example', code: 'a' } }] }]
  const { questions, places } = answered([{ linkId: 'q', type: 'choice', answerValueSet: valueSet }], item)
  assert.equal(places, [])
  assert.equal(questions, [
    {
      strength: 'required',
      valueSet,
      codes: [{ system: 'http://a.example', code: 'a' }],
      expression: 'QuestionnaireResponse.item[0].answer[0].value.ofType(Coding)',
    },
  ])
})

test('the display of an answer is one of those of its code, whatever the case', () => {
  const membership: Membership = {
    contains: () => undefined,
    subsumes: () => undefined,
    lookup: () => ({
      code: 'a',
      display: 'Fever',
      designations: [{ language: 'de', value: 'Fieber' }],
      inactive: false,
      abstract: false,
    }),
  }
  const item = [{ linkId: 'q', type: 'choice', answerValueSet: 'http://a.example/v' }]
  const errors = (display: string) =>
    check(
      questionnaireResponses(membership),
      {
        resourceType: 'QuestionnaireResponse',
        questionnaire: url,
        status: 'completed',
        item: [
          { linkId: 'q', answer: [{ valueCoding: { system: 'http://a.example', code: 'a', display } }] },
        ],
      },
      [{ resourceType: 'Questionnaire', url, item }],
    ).findings.length
  assert.is(errors('fever'), 0)
  assert.is(errors('Fieber'), 0)
  assert.is(errors('Cough'), 1)
})

test('lengths, decimal places, kinds of files and of resources are limited', () => {
  const limited = (type: string, name: string, value: object, more: object = {}) => ({
    type,
    extension: [{ url: `${standard}${name}`, ...value }],
    ...more,
  })
  assert.equal(answersTo({ type: 'string', maxLength: 2 }, [{ valueString: 'abc' }]).length, 1)
  const minLength = limited('string', 'minLength', { valueInteger: 3 })
  assert.equal(answersTo(minLength, [{ valueString: 'ab' }]).length, 1)
  assert.equal(answersTo(minLength, [{ valueString: 'abc' }]), [])
  const decimals = limited('decimal', 'maxDecimalPlaces', { valueInteger: 1 })
  assert.equal(answersTo(decimals, [{ valueDecimal: 1.25 }]).length, 1)
  const image = limited('attachment', 'mimeType', { valueCode: 'image/*' })
  assert.equal(answersTo(image, [{ valueAttachment: { contentType: 'image/png' } }]), [])
  assert.equal(answersTo(image, [{ valueAttachment: { contentType: 'text/plain' } }]).length, 1)
  const size = limited('attachment', 'maxSize', { valueDecimal: 0.000002 })
  assert.equal(answersTo(size, [{ valueAttachment: { data: 'SGVsbG8=' } }]).length, 1)
  const patients = limited('reference', 'questionnaire-referenceResource', { valueCode: 'Patient' })
  assert.equal(answersTo(patients, [{ valueReference: { reference: 'http://a.example/Patient/1' } }]), [])
  assert.equal(answersTo(patients, [{ valueReference: { reference: 'Group/1' } }]).length, 1)
  assert.equal(answersTo({ type: 'reference' }, [{ valueReference: { reference: 'Chicken/1' } }]).length, 1)
})

test('values are within their least and greatest, quantities after conversion', () => {
  const dates = { type: 'date', extension: [{ url: `${standard}maxValue`, valueDate: '2022-06' }] }
  assert.equal(answersTo(dates, [{ valueDate: '2022-06-30' }]), [])
  assert.equal(answersTo(dates, [{ valueDate: '2022-07' }]).length, 1)
  const kilogram = { value: 1, system: 'http://unitsofmeasure.org', code: 'kg' }
  const weight = { type: 'quantity', extension: [{ url: `${sdc}minQuantity`, valueQuantity: kilogram }] }
  const grams = (value: number, code = 'g') => [{ valueQuantity: { ...kilogram, value, code } }]
  assert.equal(answersTo(weight, grams(1000)), [])
  assert.equal(answersTo(weight, grams(999)).length, 1)
  assert.equal(answersTo(weight, grams(1000, 'm')).length, 1)
})

test('a question that nobody answers but the form keeps its initial value, or says that it is calculated', () => {
  const fixed = { type: 'integer', readOnly: true, initial: [{ valueInteger: 1 }] }
  assert.equal(answersTo(fixed, [{ valueInteger: 1 }]), [])
  assert.equal(answersTo(fixed, [{ valueInteger: 2 }]), ['warning .answer[0]'])
  const extension = [{ url: `${sdc}calculatedExpression`, valueExpression: {} }]
  assert.equal(answersTo({ ...fixed, extension }, [{ valueInteger: 2 }]), [])
})

const conditions: readonly (readonly [
  operator: string,
  expected: object,
  answer: object | undefined,
  holds: boolean,
])[] = [
  ['exists', { answerBoolean: true }, { valueInteger: 1 }, true],
  ['exists', { answerBoolean: true }, undefined, false],
  ['exists', { answerBoolean: false }, undefined, true],
  ['=', { answerInteger: 1 }, { valueInteger: 1 }, true],
  ['=', { answerInteger: 1 }, { valueInteger: 2 }, false],
  ['=', { answerInteger: 1 }, undefined, false],
  ['!=', { answerInteger: 1 }, { valueInteger: 2 }, true],
  ['!=', { answerInteger: 1 }, { valueInteger: 1 }, false],
  ['>', { answerInteger: 1 }, { valueInteger: 2 }, true],
  ['>', { answerInteger: 1 }, { valueInteger: 1 }, false],
  ['>=', { answerInteger: 1 }, { valueInteger: 1 }, true],
  ['<', { answerDate: '2024-01-02' }, { valueDate: '2024-01-01' }, true],
  ['<=', { answerDate: '2024-01-02' }, { valueDate: '2024-01-03' }, false],
  ['=', { answerCoding: { code: 'a' } }, { valueCoding: { code: 'a', display: 'A' } }, true],
]

for (const [operator, expected, answer, holds] of conditions) {
  const found = answer ? JSON.stringify(answer) : 'no answer'
  test(`${operator} ${JSON.stringify(expected)} ${holds ? 'holds' : 'does not hold'} for ${found}`, () => {
    const questions = [
      { linkId: 'q', type: 'question-of-any-type' },
      { linkId: 'r', type: 'string', required: true, enableWhen: [{ question: 'q', operator, ...expected }] },
    ]
    const first = answer ? [{ linkId: 'q', answer: [answer] }] : []
    const second = { linkId: 'r', answer: [{ valueString: 'x' }] }
    assert.equal(answered(questions, first).places, holds ? ['error QuestionnaireResponse'] : [])
    assert.equal(answered(questions, [...first, second]).findings.length, holds ? 0 : 1)
  })
}

test('of several conditions all have to hold, or any', () => {
  const condition = (question: string) => ({ question, operator: 'exists', answerBoolean: true })
  const places = (enableBehavior: string) =>
    answered(
      [
        { linkId: 'a', type: 'integer' },
        { linkId: 'b', type: 'integer' },
        {
          linkId: 'r',
          type: 'string',
          required: true,
          enableBehavior,
          enableWhen: [condition('a'), condition('b')],
        },
      ],
      [{ linkId: 'a', answer: [{ valueInteger: 1 }] }],
    ).places
  assert.equal(places('all'), [])
  assert.equal(places('any'), ['error QuestionnaireResponse'])
})

test('of a group that repeats, each occurrence goes by its own answers', () => {
  const questions = [
    {
      linkId: 'g',
      type: 'group',
      repeats: true,
      item: [
        { linkId: 'a', type: 'boolean' },
        {
          linkId: 'b',
          type: 'string',
          required: true,
          enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }],
        },
      ],
    },
  ]
  const group = (valueBoolean: boolean) => ({
    linkId: 'g',
    item: [{ linkId: 'a', answer: [{ valueBoolean }] }],
  })
  assert.equal(answered(questions, [group(false), group(true)]).places, [
    'error QuestionnaireResponse.item[1]',
  ])
})

test('a response made from its Questionnaire is valid; one answer of another type is found at its place', () => {
  const kinds = ['string', 'integer', 'boolean'] as const
  const answers = {
    string: { valueString: 'a' },
    integer: { valueInteger: 1 },
    boolean: { valueBoolean: true },
  }
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      (chosen, nat) => {
        const questions = chosen.map((type, index) => ({ linkId: String(index), type, required: true }))
        const items = chosen.map((type, index) => ({
          linkId: String(index),
          answer: [answers[type] as object],
        }))
        assert.equal(answered(questions, items).places, [])
        const broken = nat % items.length
        items[broken]?.answer.splice(0, 1, { valueDate: '2024' })
        assert.equal(answered(questions, items).places, [
          `error QuestionnaireResponse.item[${broken}].answer[0].value.ofType(date)`,
        ])
      },
    ),
  )
})

test.run()
