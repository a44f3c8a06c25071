import { arrayOf, numberOf, objectOf, textOf } from './json.js'
import type { ValueSink } from './sink.js'

// https://hl7.org/fhir/R4/search.html#string

function push(sink: ValueSink, param: string, text: unknown): void {
  const value = textOf(text)
  if (value !== undefined) sink.values.push({ param, type: 'string', value })
}

/** The parts together, where there are several. */
function pushJoined(sink: ValueSink, param: string, parts: readonly unknown[]): void {
  const texts = parts.filter((part) => textOf(part) !== undefined)
  if (texts.length > 1) push(sink, param, texts.join(' '))
}

export function stringText(sink: ValueSink, param: string, node: unknown): void {
  push(sink, param, node)
}

/** Each part, the text, and given and family names together, so that `name=peter james cha` finds Peter James Chalmers. */
export function stringHumanName(sink: ValueSink, param: string, node: unknown): void {
  const name = objectOf(node)
  if (!name) return
  push(sink, param, name.text)
  push(sink, param, name.family)
  const given = arrayOf(name.given)
  for (const each of given) push(sink, param, each)
  for (const each of arrayOf(name.prefix)) push(sink, param, each)
  for (const each of arrayOf(name.suffix)) push(sink, param, each)
  pushJoined(sink, param, [...given, name.family])
}

/** Each part, the text, and all parts together as they are written on an envelope. */
export function stringAddress(sink: ValueSink, param: string, node: unknown): void {
  const address = objectOf(node)
  if (!address) return
  const lines = arrayOf(address.line)
  push(sink, param, address.text)
  for (const each of lines) push(sink, param, each)
  const { city, district, state, postalCode, country } = address
  for (const each of [city, district, state, postalCode, country]) push(sink, param, each)
  pushJoined(sink, param, [...lines, city, district, state, postalCode, country])
}

export function stringConcept(sink: ValueSink, param: string, node: unknown): void {
  const concept = objectOf(node)
  if (!concept) return
  push(sink, param, concept.text)
  for (const each of arrayOf(concept.coding)) push(sink, param, objectOf(each)?.display)
}

export function stringAnnotation(sink: ValueSink, param: string, node: unknown): void {
  push(sink, param, objectOf(node)?.text)
}

export function uriText(sink: ValueSink, param: string, node: unknown): void {
  const value = textOf(node)
  if (value !== undefined) sink.values.push({ param, type: 'uri', value })
}

/** A canonical with a version is found with it and without it. */
export function uriCanonical(sink: ValueSink, param: string, node: unknown): void {
  uriText(sink, param, node)
  const bar = typeof node === 'string' ? node.indexOf('|') : -1
  if (bar > 0) uriText(sink, param, (node as string).slice(0, bar))
}

/** `Location.position`, for `near`. */
export function position(sink: ValueSink, param: string, node: unknown): void {
  const at = objectOf(node)
  const latitude = numberOf(at?.latitude)
  const longitude = numberOf(at?.longitude)
  if (latitude === undefined || longitude === undefined) return
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return
  sink.values.push({ param, type: 'position', latitude, longitude })
}
