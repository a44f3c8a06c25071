import { quantity } from './elements.js'
import type { Measurement, Range } from './measurements.js'

export function rangeFor({ range }: Measurement, sex: 'female' | 'male'): Range | undefined {
  return range && 'female' in range ? range[sex] : range
}

export function rangeElement({ low, high }: Range, decimals: number, unit: string, ucum: string) {
  return {
    ...(low === undefined ? {} : { low: quantity(low, decimals, unit, ucum) }),
    ...(high === undefined ? {} : { high: quantity(high, decimals, unit, ucum) }),
  }
}

/** The value that people see, which is the one to judge. */
export function printed(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}

export function judge(value: number, { low, high }: Range) {
  const [code, display] =
    low !== undefined && value < low
      ? ['L', 'Low']
      : high !== undefined && value > high
        ? ['H', 'High']
        : ['N', 'Normal']
  return {
    interpretation: [{ coding: [interpretationCoding(code as string, display as string)] }],
  }
}

function interpretationCoding(code: string, display: string) {
  return { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code, display }
}
