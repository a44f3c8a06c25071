import { canonicalUnit, ucumSystem } from '../../fhir/ucum.js'
import type { QuantityValue } from '../values.js'
import { numberOf, objectOf, textOf } from './json.js'
import { justAbove, justBelow } from './neighbours.js'
import type { Draft, ValueSink } from './sink.js'

// https://hl7.org/fhir/R4/search.html#quantity and #number

interface Measure {
  readonly value: number
  readonly low: number
  readonly high: number
  /** The value itself is not meant: `<5` and `>5`. */
  readonly open?: true
}

function point(value: number): Measure {
  return { value, low: value, high: value }
}

/** `<5` reaches down from 5 without an end, `>5` up; the value itself counts for `<=5` and `>=5` only. */
function measureOf(quantity: unknown): Measure | undefined {
  const fields = objectOf(quantity)
  const value = numberOf(fields?.value)
  if (value === undefined) return undefined
  const comparator = fields?.comparator
  const below: Measure = { value, low: Number.NEGATIVE_INFINITY, high: value }
  const above: Measure = { value, low: value, high: Number.POSITIVE_INFINITY }
  switch (comparator) {
    case '<':
      return { ...below, open: true }
    case '<=':
      return below
    case '>':
      return { ...above, open: true }
    case '>=':
      return above
    default:
      return point(value)
  }
}

/** The ends as values keep them, which are closed: what is less than 5 ends at the greatest double below 5. */
function endsOf({ low, high, open }: Measure): { low: number; high: number } {
  return open ? { low: justAbove(low), high: justBelow(high) } : { low, high }
}

function measureOfRange(node: unknown): Measure | undefined {
  const range = objectOf(node)
  const low = numberOf(objectOf(range?.low)?.value)
  const high = numberOf(objectOf(range?.high)?.value)
  const value = low ?? high
  if (value === undefined) return undefined
  return { value, low: low ?? Number.NEGATIVE_INFINITY, high: high ?? Number.POSITIVE_INFINITY }
}

function pushNumber(sink: ValueSink, param: string, measure: Measure | undefined): void {
  if (measure) sink.values.push({ param, type: 'number', value: measure.value, ...endsOf(measure) })
}

export function numberNumber(sink: ValueSink, param: string, node: unknown): void {
  const number = numberOf(node)
  if (number !== undefined) pushNumber(sink, param, point(number))
}

export function numberRange(sink: ValueSink, param: string, node: unknown): void {
  pushNumber(sink, param, measureOfRange(node))
}

export function numberQuantity(sink: ValueSink, param: string, node: unknown): void {
  pushNumber(sink, param, measureOf(node))
}

function pushQuantity(
  sink: ValueSink,
  param: string,
  measure: Measure | undefined,
  system: unknown,
  code: unknown,
  unit: unknown,
): void {
  if (!measure) return
  const { value, low, high } = measure
  const draft: Draft<QuantityValue> = { param, type: 'quantity', value, ...endsOf(measure) }
  const systemText = textOf(system)
  const codeText = textOf(code)
  const unitText = textOf(unit)
  if (systemText !== undefined) draft.system = systemText
  if (codeText !== undefined) draft.code = codeText
  if (unitText !== undefined) draft.unit = unitText
  const canonical = systemText === ucumSystem && codeText !== undefined ? canonicalUnit(codeText) : undefined
  if (canonical) {
    const bottom = canonical.toBase(low)
    const converted: Measure = {
      ...measure,
      low: bottom,
      high: high === low ? bottom : canonical.toBase(high),
    }
    draft.canonical = { unit: canonical.unit, ...endsOf(converted) }
  }
  sink.values.push(draft)
}

export function quantityQuantity(sink: ValueSink, param: string, node: unknown): void {
  const quantity = objectOf(node)
  pushQuantity(sink, param, measureOf(node), quantity?.system, quantity?.code, quantity?.unit)
}

export function quantityNumber(sink: ValueSink, param: string, node: unknown): void {
  const number = numberOf(node)
  if (number !== undefined) pushQuantity(sink, param, point(number), undefined, undefined, undefined)
}

/** The system of ISO 4217 currency codes. */
const currencies = 'urn:iso:std:iso:4217'

export function quantityMoney(sink: ValueSink, param: string, node: unknown): void {
  const money = objectOf(node)
  const currency = money?.currency
  const system = textOf(currency) === undefined ? undefined : currencies
  pushQuantity(sink, param, measureOf(node), system, currency, currency)
}

export function quantityRange(sink: ValueSink, param: string, node: unknown): void {
  const range = objectOf(node)
  const low = objectOf(range?.low)
  const high = objectOf(range?.high)
  const system = low?.system ?? high?.system
  pushQuantity(sink, param, measureOfRange(node), system, low?.code ?? high?.code, low?.unit ?? high?.unit)
}

/** `zero + factor × sample` as decimals have it: 0.8 + 0.1 × 0.5 is 0.85, which binary numbers would miss. */
function amountOf(zero: number, factor: number, sample: number): number {
  const decimals = Math.max(decimalsOf(zero), decimalsOf(factor) + decimalsOf(sample))
  const amount = zero + factor * sample
  return decimals > 100 ? amount : Number(amount.toFixed(decimals))
}

function decimalsOf(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).split('e')
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent))
}

/** From the least sample to the greatest, in the unit of the origin; `E`, `L` and `U` are no samples. */
export function quantitySampledData(sink: ValueSink, param: string, node: unknown): void {
  const sampled = objectOf(node)
  const origin = objectOf(sampled?.origin)
  const zero = numberOf(origin?.value)
  const data = textOf(sampled?.data)
  if (zero === undefined || data === undefined) return
  const factor = numberOf(sampled?.factor) ?? 1
  const samples = [...data.matchAll(/\S+/g)].map(([text]) => Number(text)).filter(Number.isFinite)
  if (samples.length === 0) return
  const least = samples.reduce((a, b) => Math.min(a, b))
  const greatest = samples.reduce((a, b) => Math.max(a, b))
  const ends = [least, greatest].map((sample) => amountOf(zero, factor, sample))
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  pushQuantity(sink, param, { value: low, low, high }, origin?.system, origin?.code, origin?.unit)
}
