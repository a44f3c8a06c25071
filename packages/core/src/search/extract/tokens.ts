import type { TokenValue } from '../values.js'
import { arrayOf, numberOf, objectOf, textOf } from './json.js'
import type { Draft, ValueSink } from './sink.js'

// https://hl7.org/fhir/R4/search.html#token

function push(
  sink: ValueSink,
  param: string,
  system: string | undefined,
  code: string | undefined,
  text: string | undefined,
  ofType?: TokenValue['ofType'],
): void {
  if (system === undefined && code === undefined && text === undefined) return
  const value: Draft<TokenValue> = { param, type: 'token' }
  if (system !== undefined) value.system = system
  if (code !== undefined) value.code = code
  if (text !== undefined) value.text = text
  if (ofType !== undefined) value.ofType = ofType
  sink.values.push(value)
}

/** @param system Of a `code` element: that of its required binding. */
export function tokenCode(sink: ValueSink, param: string, node: unknown, system?: string): void {
  const code = textOf(node)
  if (code !== undefined) push(sink, param, system, code, undefined)
}

export function tokenBoolean(sink: ValueSink, param: string, node: unknown): void {
  if (typeof node === 'boolean') push(sink, param, undefined, String(node), undefined)
}

export function tokenNumber(sink: ValueSink, param: string, node: unknown): void {
  const number = numberOf(node)
  if (number !== undefined) push(sink, param, undefined, String(number), undefined)
}

export function tokenCoding(sink: ValueSink, param: string, node: unknown): void {
  const coding = objectOf(node)
  if (coding) push(sink, param, textOf(coding.system), textOf(coding.code), textOf(coding.display))
}

/** A value for each coding, and one for the text of the concept. */
export function tokenConcept(sink: ValueSink, param: string, node: unknown): void {
  const concept = objectOf(node)
  if (!concept) return
  const text = textOf(concept.text)
  let said = false
  for (const each of arrayOf(concept.coding)) {
    const coding = objectOf(each)
    if (!coding) continue
    const display = textOf(coding.display)
    if (display === text) said = true
    push(sink, param, textOf(coding.system), textOf(coding.code), display)
  }
  if (text !== undefined && !said) push(sink, param, undefined, undefined, text)
}

export function tokenIdentifier(sink: ValueSink, param: string, node: unknown): void {
  const identifier = objectOf(node)
  if (!identifier) return
  const type = objectOf(identifier.type)
  const ofType = arrayOf(type?.coding).flatMap((each) => {
    const coding = objectOf(each)
    const system = textOf(coding?.system)
    const code = textOf(coding?.code)
    if (system === undefined && code === undefined) return []
    return [{ ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) }]
  })
  const system = textOf(identifier.system)
  const value = textOf(identifier.value)
  push(sink, param, system, value, textOf(type?.text), ofType.length > 0 ? ofType : undefined)
}

/** Only the number or address: R4 rules `system|` out for contact points. */
export function tokenContactPoint(sink: ValueSink, param: string, node: unknown): void {
  const value = textOf(objectOf(node)?.value)
  if (value !== undefined) push(sink, param, undefined, value, undefined)
}
