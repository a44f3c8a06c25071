import { type Analyte, type Code, hl7, ucum } from './catalogue.js'
import type { Random } from './random.js'

/** A resource of the generator: plain JSON with its id. */
export interface Generated {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

export function concept(...coding: readonly [Code, ...Code[]]) {
  return { coding, text: coding[0].display }
}

export function codeOf(system: string, code: string) {
  return { coding: [{ system: `${hl7}/${system}`, code }] }
}

export function reference({ resourceType, id }: Pick<Generated, 'resourceType' | 'id'>, display?: string) {
  const target = `${resourceType}/${id}`
  return display === undefined ? { reference: target } : { reference: target, display }
}

export function quantity(value: number, { unit, decimals }: Analyte) {
  return { value: Number(value.toFixed(decimals)), unit, system: ucum, code: unit }
}

/** A usual value of an analyte. */
export function usual(analyte: Analyte, random: Random) {
  return quantity(Math.max(0.1, random.around(analyte.mean, analyte.deviation)), analyte)
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

export function day(milliseconds: number): string {
  return iso(milliseconds).slice(0, 10)
}

export const minute = 60_000
export const dayLength = 86_400_000
