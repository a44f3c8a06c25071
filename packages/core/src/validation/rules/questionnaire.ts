import type { AnyResource } from '../../fhir/types.js'
import { isObject, type JsonObject, objects, textOf } from './values.js'

/** An item of a Questionnaire (https://hl7.org/fhir/R4/questionnaire.html), read for checking answers. */
export interface Question {
  readonly linkId: string
  /** Code of https://hl7.org/fhir/R4/valueset-item-type.html. */
  readonly type: string
  readonly required: boolean
  readonly repeats: boolean
  readonly readOnly: boolean
  /** Place among its siblings. */
  readonly position: number
  readonly items: readonly Question[]
  readonly byLinkId: ReadonlyMap<string, Question>
  readonly enableWhen: readonly JsonObject[]
  /** Whether one condition of `enableWhen` is enough. */
  readonly enableAny: boolean
  /** Values of `answerOption`; undefined where there are none. */
  readonly options?: readonly AnswerValue[]
  readonly valueSet?: string
  readonly initial: readonly AnswerValue[]
  readonly limits: Limits
}

/** A `value[x]`. */
export interface AnswerValue {
  /** Name of its FHIR type: `Coding`, `string`. */
  readonly type: string
  readonly value: unknown
}

/** What an item asks of its answers besides their type; most come from extensions. */
export interface Limits {
  readonly minOccurs?: number
  readonly maxOccurs?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minValue?: AnswerValue
  readonly maxValue?: AnswerValue
  readonly decimals?: number
  /** In bytes. */
  readonly maxSize?: number
  readonly mimeTypes: readonly string[]
  readonly referenceTypes: readonly string[]
  readonly calculated: boolean
}

/** A Questionnaire read once: its top-level items, and where each linkId is. */
export interface Form {
  readonly items: readonly Question[]
  readonly byLinkId: ReadonlyMap<string, Question>
  /** Items at any depth. */
  readonly all: ReadonlyMap<string, Question>
}

const forms = new WeakMap<AnyResource, Form>()

/** Reads a Questionnaire; the same object is read once. */
export function formOf(questionnaire: AnyResource): Form {
  let form = forms.get(questionnaire)
  if (!form) {
    const all = new Map<string, Question>()
    const items = readItems(questionnaire.item, all)
    form = { items, byLinkId: byLinkId(items), all }
    forms.set(questionnaire, form)
  }
  return form
}

function readItems(items: unknown, all: Map<string, Question>): Question[] {
  return objects(items).map((item, position) => readItem(item, position, all))
}

function byLinkId(items: readonly Question[]): ReadonlyMap<string, Question> {
  return new Map(items.map((item) => [item.linkId, item]))
}

function readItem(item: JsonObject, position: number, all: Map<string, Question>): Question {
  const items = readItems(item.item, all)
  const options = item.answerOption === undefined ? undefined : values(item.answerOption)
  const question: Question = {
    linkId: String(item.linkId),
    type: String(item.type),
    required: item.required === true,
    repeats: item.repeats === true,
    readOnly: item.readOnly === true,
    position,
    items,
    byLinkId: byLinkId(items),
    enableWhen: objects(item.enableWhen),
    enableAny: item.enableBehavior === 'any',
    ...(options ? { options } : {}),
    ...(typeof item.answerValueSet === 'string' ? { valueSet: item.answerValueSet } : {}),
    initial: values(item.initial),
    limits: readLimits(item),
  }
  all.set(question.linkId, question)
  return question
}

function values(elements: unknown): AnswerValue[] {
  return objects(elements).flatMap((element) => choiceOf(element))
}

/** The `value[x]` of an object: none or one. `prefix` is what its properties begin with. */
export function choiceOf(object: JsonObject, prefix = 'value'): AnswerValue[] {
  for (const key in object) {
    if (!key.startsWith(prefix) || key.length === prefix.length) continue
    const name = key.slice(prefix.length)
    const type = complexTypes.has(name) ? name : `${name.charAt(0).toLowerCase()}${name.slice(1)}`
    return [{ type, value: object[key] }]
  }
  return []
}

const complexTypes = new Set(['Attachment', 'Coding', 'Quantity', 'Reference'])

const standard = 'http://hl7.org/fhir/StructureDefinition/'
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'

function readLimits(item: JsonObject): Limits {
  const limits: {
    -readonly [K in keyof Limits]: Limits[K] extends readonly string[] ? string[] : Limits[K]
  } = { mimeTypes: [], referenceTypes: [], calculated: false }
  if (typeof item.maxLength === 'number') limits.maxLength = item.maxLength
  for (const extension of objects(item.extension)) {
    const [found] = choiceOf(extension)
    const url = textOf(extension.url)
    if (url === `${sdc}calculatedExpression`) limits.calculated = true
    if (!found || url === undefined) continue
    const number = typeof found.value === 'number' ? found.value : undefined
    switch (url) {
      case `${standard}minValue`:
      case `${sdc}minQuantity`:
        limits.minValue = found
        break
      case `${standard}maxValue`:
      case `${sdc}maxQuantity`:
        limits.maxValue = found
        break
      case `${standard}mimeType`:
        limits.mimeTypes.push(String(found.value))
        break
      case `${standard}questionnaire-referenceResource`:
        limits.referenceTypes.push(String(found.value))
        break
      case `${standard}questionnaire-minOccurs`:
        if (number !== undefined) limits.minOccurs = number
        break
      case `${standard}questionnaire-maxOccurs`:
        if (number !== undefined) limits.maxOccurs = number
        break
      case `${standard}minLength`:
        if (number !== undefined) limits.minLength = number
        break
      case `${standard}maxDecimalPlaces`:
        if (number !== undefined) limits.decimals = number
        break
      case `${standard}maxSize`:
        if (number !== undefined) limits.maxSize = Math.floor(number * 1024 * 1024)
        break
    }
  }
  return limits
}

/** Whether two answers are the same: codings by system and code, references by reference, others by value. */
export function sameValue(a: AnswerValue, b: AnswerValue): boolean {
  if (isObject(a.value) && isObject(b.value)) {
    if (a.type !== b.type) return false
    if (a.type === 'Coding') {
      const sameSystem = a.value.system === b.value.system || b.value.system === undefined
      return a.value.code === b.value.code && sameSystem
    }
    if (a.type === 'Reference') return a.value.reference === b.value.reference
    return JSON.stringify(a.value) === JSON.stringify(b.value)
  }
  return a.value === b.value
}
