import type { Code } from './elements.js'

const loinc = (code: string, display: string): Code => ({ system: 'loinc', code, display })

/** Something that is measured: its code, unit, printed decimals, and what is usual. */
export interface Measurement {
  readonly code: Code
  /** Further codes of the same meaning. */
  readonly also?: readonly Code[]
  readonly unit: string
  /** UCUM, where it differs from the printed unit. */
  readonly ucum?: string
  readonly decimals: number
  /** Normal limits; a pair per sex where they differ. */
  readonly range?: Range | { readonly female: Range; readonly male: Range }
  /** A healthy person's mean and deviation. */
  readonly usual: readonly [number, number]
}

export interface Range {
  readonly low?: number
  readonly high?: number
}

export const vitalSigns = {
  heartRate: {
    code: loinc('8867-4', 'Frecuencia cardiaca'),
    unit: 'lpm',
    ucum: '/min',
    decimals: 0,
    range: { low: 50, high: 100 },
    usual: [74, 8],
  },
  respiratoryRate: {
    code: loinc('9279-1', 'Frecuencia respiratoria'),
    unit: 'rpm',
    ucum: '/min',
    decimals: 0,
    range: { low: 12, high: 20 },
    usual: [15, 1.5],
  },
  temperature: {
    code: loinc('8310-5', 'Temperatura corporal'),
    unit: '°C',
    ucum: 'Cel',
    decimals: 2,
    range: { low: 35.5, high: 37.5 },
    usual: [36.5, 0.2],
  },
  oxygen: {
    code: loinc('2708-6', 'Saturación de oxígeno en sangre arterial'),
    also: [loinc('59408-5', 'Saturación de oxígeno por pulsioximetría')],
    unit: '%',
    decimals: 0,
    range: { low: 94 },
    usual: [98, 0.6],
  },
  weight: { code: loinc('29463-7', 'Peso corporal'), unit: 'kg', decimals: 1, usual: [70, 0] },
  height: { code: loinc('8302-2', 'Talla'), unit: 'cm', decimals: 1, usual: [168, 0] },
  bmi: {
    code: loinc('39156-5', 'Índice de masa corporal'),
    unit: 'kg/m²',
    ucum: 'kg/m2',
    decimals: 1,
    range: { low: 18.5, high: 25 },
    usual: [23, 0],
  },
} as const satisfies Record<string, Measurement>

export const bloodPressure = {
  panel: loinc('85354-9', 'Presión arterial'),
  systolic: { code: loinc('8480-6', 'Presión arterial sistólica'), range: { low: 90, high: 140 } },
  diastolic: { code: loinc('8462-4', 'Presión arterial diastólica'), range: { low: 60, high: 90 } },
} as const

/** Other things that are measured in certain visits. */
export const others = {
  peakFlow: {
    code: loinc('19935-6', 'Flujo espiratorio máximo'),
    unit: 'L/min',
    decimals: 0,
    usual: [300, 20],
  },
  fev1Ratio: {
    code: loinc('19926-5', 'FEV1/FVC'),
    unit: '%',
    decimals: 1,
    range: { low: 70 },
    usual: [80, 3],
  },
  gestationalAge: {
    code: loinc('49051-6', 'Edad gestacional'),
    unit: 'semanas',
    ucum: 'wk',
    decimals: 0,
    usual: [20, 0],
  },
  fundalHeight: { code: loinc('11881-0', 'Altura uterina'), unit: 'cm', decimals: 0, usual: [20, 0] },
  fetalHeartRate: {
    code: loinc('55283-6', 'Frecuencia cardiaca fetal'),
    unit: 'lpm',
    ucum: '/min',
    decimals: 0,
    range: { low: 110, high: 160 },
    usual: [142, 6],
  },
  headCircumference: { code: loinc('9843-4', 'Perímetro cefálico'), unit: 'cm', decimals: 1, usual: [45, 0] },
} as const satisfies Record<string, Measurement>

export type OtherKey = keyof typeof others
