import type { Code } from './elements.js'
import type { Measurement } from './measurements.js'

const loinc = (code: string, display: string): Code => ({ system: 'loinc', code, display })

export const analytes = {
  hemoglobin: {
    code: loinc('718-7', 'Hemoglobina'),
    unit: 'g/dL',
    decimals: 1,
    range: { female: { low: 12, high: 15.5 }, male: { low: 13.5, high: 17.5 } },
    usual: [14, 0.6],
  },
  hematocrit: {
    code: loinc('4544-3', 'Hematocrito'),
    unit: '%',
    decimals: 1,
    range: { female: { low: 36, high: 46 }, male: { low: 40, high: 52 } },
    usual: [42, 0],
  },
  erythrocytes: {
    code: loinc('789-8', 'Hematíes'),
    unit: '10^6/µL',
    ucum: '10*6/uL',
    decimals: 2,
    range: { female: { low: 3.8, high: 5.1 }, male: { low: 4.3, high: 5.8 } },
    usual: [4.7, 0.15],
  },
  mcv: {
    code: loinc('787-2', 'Volumen corpuscular medio'),
    unit: 'fL',
    decimals: 1,
    range: { low: 80, high: 100 },
    usual: [90, 0],
  },
  leukocytes: {
    code: loinc('6690-2', 'Leucocitos'),
    unit: '10^3/µL',
    ucum: '10*3/uL',
    decimals: 2,
    range: { low: 4, high: 11 },
    usual: [6.8, 1],
  },
  platelets: {
    code: loinc('777-3', 'Plaquetas'),
    unit: '10^3/µL',
    ucum: '10*3/uL',
    decimals: 0,
    range: { low: 150, high: 400 },
    usual: [245, 35],
  },
  glucose: {
    code: loinc('2345-7', 'Glucosa'),
    unit: 'mg/dL',
    decimals: 0,
    range: { low: 70, high: 100 },
    usual: [88, 5],
  },
  creatinine: {
    code: loinc('2160-0', 'Creatinina'),
    unit: 'mg/dL',
    decimals: 2,
    range: { female: { low: 0.5, high: 1.1 }, male: { low: 0.7, high: 1.2 } },
    usual: [0.85, 0.08],
  },
  egfr: {
    code: loinc('98979-8', 'Filtrado glomerular estimado (CKD-EPI 2021)'),
    unit: 'mL/min/1,73 m²',
    ucum: 'mL/min/{1.73_m2}',
    decimals: 0,
    range: { low: 60 },
    usual: [95, 0],
  },
  urea: {
    code: loinc('3091-6', 'Urea'),
    unit: 'mg/dL',
    decimals: 0,
    range: { low: 15, high: 50 },
    usual: [33, 5],
  },
  sodium: {
    code: loinc('2951-2', 'Sodio'),
    unit: 'mmol/L',
    decimals: 0,
    range: { low: 135, high: 145 },
    usual: [140, 1.5],
  },
  potassium: {
    code: loinc('2823-3', 'Potasio'),
    unit: 'mmol/L',
    decimals: 1,
    range: { low: 3.5, high: 5.1 },
    usual: [4.2, 0.25],
  },
  hba1c: {
    code: loinc('4548-4', 'Hemoglobina glucosilada (HbA1c)'),
    unit: '%',
    decimals: 1,
    range: { low: 4, high: 5.7 },
    usual: [5.3, 0.2],
  },
  cholesterol: {
    code: loinc('2093-3', 'Colesterol total'),
    unit: 'mg/dL',
    decimals: 0,
    range: { high: 200 },
    usual: [178, 10],
  },
  triglycerides: {
    code: loinc('2571-8', 'Triglicéridos'),
    unit: 'mg/dL',
    decimals: 0,
    range: { high: 150 },
    usual: [98, 18],
  },
  hdl: {
    code: loinc('2085-9', 'Colesterol HDL'),
    unit: 'mg/dL',
    decimals: 0,
    range: { low: 40 },
    usual: [54, 5],
  },
  ldl: {
    code: loinc('13457-7', 'Colesterol LDL (calculado)'),
    unit: 'mg/dL',
    decimals: 1,
    range: { high: 130 },
    usual: [105, 0],
  },
  tsh: {
    code: loinc('3016-3', 'Tirotropina (TSH)'),
    unit: 'mUI/L',
    ucum: 'm[IU]/L',
    decimals: 2,
    range: { low: 0.4, high: 4.2 },
    usual: [2.1, 0.5],
  },
  freeT4: {
    code: loinc('3024-7', 'Tiroxina libre (T4L)'),
    unit: 'ng/dL',
    decimals: 2,
    range: { low: 0.8, high: 1.8 },
    usual: [1.2, 0.12],
  },
  ferritin: {
    code: loinc('2276-4', 'Ferritina'),
    unit: 'ng/mL',
    decimals: 1,
    range: { female: { low: 15, high: 150 }, male: { low: 30, high: 400 } },
    usual: [75, 20],
  },
  iron: {
    code: loinc('2498-4', 'Hierro'),
    unit: 'µg/dL',
    ucum: 'ug/dL',
    decimals: 0,
    range: { low: 60, high: 170 },
    usual: [98, 14],
  },
  albuminuria: {
    code: loinc('9318-7', 'Cociente albúmina/creatinina en orina'),
    unit: 'mg/g',
    decimals: 1,
    range: { high: 30 },
    usual: [9, 4],
  },
  crp: {
    code: loinc('1988-5', 'Proteína C reactiva'),
    unit: 'mg/L',
    decimals: 1,
    range: { high: 5 },
    usual: [2, 0.8],
  },
  ntProBnp: {
    code: loinc('33762-6', 'NT-proBNP'),
    unit: 'pg/mL',
    decimals: 0,
    range: { high: 300 },
    usual: [110, 40],
  },
  glucose1h: {
    code: loinc('1504-0', 'Glucosa 1 h tras 50 g de glucosa (O’Sullivan)'),
    unit: 'mg/dL',
    decimals: 0,
    range: { high: 140 },
    usual: [112, 12],
  },
} as const satisfies Record<string, Measurement>

export type AnalyteKey = keyof typeof analytes

/** Reports of the laboratory: what is measured together. */
export const panels = {
  bloodCount: {
    code: loinc('58410-2', 'Hemograma'),
    analytes: ['hemoglobin', 'hematocrit', 'erythrocytes', 'mcv', 'leukocytes', 'platelets'],
  },
  biochemistry: {
    code: loinc('51990-0', 'Bioquímica básica'),
    analytes: ['glucose', 'creatinine', 'egfr', 'urea', 'sodium', 'potassium'],
  },
  lipids: {
    code: loinc('57698-3', 'Perfil lipídico'),
    analytes: ['cholesterol', 'triglycerides', 'hdl', 'ldl'],
  },
  glycation: { code: loinc('4548-4', 'Hemoglobina glucosilada (HbA1c)'), analytes: ['hba1c'] },
  thyroid: { code: loinc('24348-5', 'Función tiroidea'), analytes: ['tsh', 'freeT4'] },
  iron: { code: loinc('50190-8', 'Metabolismo del hierro'), analytes: ['iron', 'ferritin'] },
  urineAlbumin: { code: loinc('9318-7', 'Cociente albúmina/creatinina en orina'), analytes: ['albuminuria'] },
  inflammation: { code: loinc('1988-5', 'Proteína C reactiva'), analytes: ['crp'] },
  natriuretic: { code: loinc('33762-6', 'NT-proBNP'), analytes: ['ntProBnp'] },
  glucoseChallenge: { code: loinc('1504-0', 'Prueba de O’Sullivan'), analytes: ['glucose1h'] },
} as const satisfies Record<string, { code: Code; analytes: readonly AnalyteKey[] }>

export type PanelKey = keyof typeof panels

/** eGFR by CKD-EPI 2021 (creatinine in mg/dL, no race term), https://doi.org/10.1056/NEJMoa2102953. */
export function glomerularFiltration(creatinine: number, age: number, sex: 'female' | 'male'): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1]
  const ratio = creatinine / kappa
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor
}

/** Completes a report's values: what follows from others is calculated, the rest is usual for a healthy person. */
export function completeValues(
  keys: readonly AnalyteKey[],
  given: Partial<Record<AnalyteKey, number>>,
  person: { readonly age: number; readonly sex: 'female' | 'male' },
  around: (mean: number, deviation: number) => number,
): Record<AnalyteKey, number> {
  const values = { ...given } as Record<AnalyteKey, number>
  // Rounded as printed, so that what is calculated from it agrees with what is read.
  const round = (key: AnalyteKey, value: number) => Number(value.toFixed(analytes[key].decimals))
  for (const key of keys) {
    const [mean, deviation] = analytes[key].usual
    const sexShift =
      key === 'hemoglobin'
        ? person.sex === 'male'
          ? 1
          : -0.5
        : key === 'creatinine'
          ? person.sex === 'male'
            ? 0.1
            : -0.1
          : 0
    values[key] = round(key, given[key] ?? around(mean + sexShift, deviation))
  }
  if (keys.includes('hematocrit')) {
    values.hematocrit = round('hematocrit', values.hemoglobin * 3.02)
    const size = given.mcv ?? around(90, 2)
    values.erythrocytes = round('erythrocytes', (values.hematocrit / size) * 10)
    values.mcv = round('mcv', (values.hematocrit / values.erythrocytes) * 10)
  }
  if (keys.includes('egfr'))
    values.egfr = round('egfr', glomerularFiltration(values.creatinine, person.age, person.sex))
  // Friedewald's formula.
  if (keys.includes('ldl'))
    values.ldl = round('ldl', values.cholesterol - values.hdl - values.triglycerides / 5)
  return values
}
