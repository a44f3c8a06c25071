import { canonicalUnit, ucumSystem } from '../fhir/ucum.js'

/** An amount with its unit, of FHIR or FHIRPath. */
export interface Amount {
  readonly value: number
  /** Units that are equal can be compared; those of UCUM after conversion. */
  readonly unit: string
  readonly ucum: boolean
  /** A calendar duration, which equals no UCUM unit above the second. */
  readonly calendar: boolean
}

const calendarUnits: Readonly<Record<string, string>> = {
  year: 'a',
  month: 'mo',
  week: 'wk',
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
  millisecond: 'ms',
}

/** What a Quantity amounts to; undefined where a comparator leaves that open, or it has no value. */
export function amountOf(quantity: unknown): Amount | undefined {
  const { value, unit, code, system, comparator } = quantity as Readonly<Record<string, unknown>>
  if (typeof value !== 'number' || comparator !== undefined) return undefined
  if (system === ucumSystem && typeof code === 'string')
    return { value, unit: code, ucum: true, calendar: false }
  return { value, unit: `${system ?? ''} ${code ?? unit ?? ''}`, ucum: false, calendar: false }
}

/** What a literal of FHIRPath amounts to: `4 'mg'`, `3 days`. */
export function literalAmount(value: number, unit: string): Amount {
  const calendar = calendarUnits[unit.replace(/s$/, '')]
  return { value, unit: calendar ?? unit, ucum: true, calendar: calendar !== undefined }
}

/** The order of two amounts; undefined where their units cannot be compared. */
export function compareAmounts(a: Amount, b: Amount): number | undefined {
  if (a.unit === b.unit && a.ucum === b.ucum) {
    return a.calendar !== b.calendar && /^(a|mo)$/.test(a.unit) ? undefined : a.value - b.value
  }
  if (!a.ucum || !b.ucum) return undefined
  if (a.calendar !== b.calendar && /^(a|mo)$/.test(a.calendar ? a.unit : b.unit)) return undefined
  const left = canonicalUnit(a.unit)
  const right = canonicalUnit(b.unit)
  if (left === undefined || right === undefined || left.unit !== right.unit) return undefined
  return left.toBase(a.value) - right.toBase(b.value)
}
