import type { Code } from './elements.js'

const snomed = (code: string, display: string): Code => ({ system: 'snomed', code, display })

/** A medicine with its usual dose; the text is what the patient reads. */
export interface Medicine {
  readonly atc: string
  readonly name: string
  /** SNOMED CT code of the substance. */
  readonly substance?: string
  readonly dose: readonly [value: number, unit: string, code?: string]
  readonly route: 'oral' | 'inhaled' | 'subcutaneous'
  /** Times per `hours`. */
  readonly every: number
  readonly asNeeded?: boolean
}

export const medicines = {
  alendronate: {
    atc: 'M05BA04',
    name: 'Ácido alendrónico 70 mg',
    dose: [70, 'mg'],
    route: 'oral',
    every: 168,
  },
  amlodipine: {
    atc: 'C08CA01',
    name: 'Amlodipino 5 mg',
    substance: '386864001',
    dose: [5, 'mg'],
    route: 'oral',
    every: 24,
  },
  amoxicillin: {
    atc: 'J01CA04',
    name: 'Amoxicilina 500 mg',
    substance: '372687004',
    dose: [500, 'mg'],
    route: 'oral',
    every: 8,
  },
  apixaban: {
    atc: 'B01AF02',
    name: 'Apixabán 5 mg',
    substance: '698090000',
    dose: [5, 'mg'],
    route: 'oral',
    every: 12,
  },
  atorvastatin: {
    atc: 'C10AA05',
    name: 'Atorvastatina 20 mg',
    substance: '373444002',
    dose: [20, 'mg'],
    route: 'oral',
    every: 24,
  },
  bisoprolol: {
    atc: 'C07AB07',
    name: 'Bisoprolol 2,5 mg',
    substance: '386868003',
    dose: [2.5, 'mg'],
    route: 'oral',
    every: 24,
  },
  budesonide: {
    atc: 'R03BA02',
    name: 'Budesonida 200 µg inhalada',
    substance: '395726003',
    dose: [200, 'µg', 'ug'],
    route: 'inhaled',
    every: 12,
  },
  empagliflozin: {
    atc: 'A10BK03',
    name: 'Empagliflozina 10 mg',
    substance: '703894008',
    dose: [10, 'mg'],
    route: 'oral',
    every: 24,
  },
  enalapril: {
    atc: 'C09AA02',
    name: 'Enalapril 10 mg',
    substance: '372658000',
    dose: [10, 'mg'],
    route: 'oral',
    every: 24,
  },
  enoxaparin: {
    atc: 'B01AB05',
    name: 'Enoxaparina 40 mg',
    dose: [40, 'mg'],
    route: 'subcutaneous',
    every: 24,
  },
  folicAcid: {
    atc: 'B03BB01',
    name: 'Ácido fólico 400 µg',
    substance: '63718003',
    dose: [400, 'µg', 'ug'],
    route: 'oral',
    every: 24,
  },
  fosfomycin: { atc: 'J01XX01', name: 'Fosfomicina 3 g', dose: [3, 'g'], route: 'oral', every: 24 },
  furosemide: {
    atc: 'C03CA01',
    name: 'Furosemida 40 mg',
    substance: '387475002',
    dose: [40, 'mg'],
    route: 'oral',
    every: 24,
  },
  ibuprofen: {
    atc: 'M01AE01',
    name: 'Ibuprofeno 400 mg',
    substance: '387207008',
    dose: [400, 'mg'],
    route: 'oral',
    every: 8,
    asNeeded: true,
  },
  ironSulfate: {
    atc: 'B03AA07',
    name: 'Sulfato ferroso 80 mg de hierro',
    dose: [80, 'mg'],
    route: 'oral',
    every: 24,
  },
  levothyroxine: {
    atc: 'H03AA01',
    name: 'Levotiroxina 75 µg',
    substance: '710809001',
    dose: [75, 'µg', 'ug'],
    route: 'oral',
    every: 24,
  },
  loratadine: {
    atc: 'R06AX13',
    name: 'Loratadina 10 mg',
    dose: [10, 'mg'],
    route: 'oral',
    every: 24,
    asNeeded: true,
  },
  metformin: {
    atc: 'A10BA02',
    name: 'Metformina 850 mg',
    substance: '372567009',
    dose: [850, 'mg'],
    route: 'oral',
    every: 12,
  },
  paracetamol: {
    atc: 'N02BE01',
    name: 'Paracetamol 1 g',
    substance: '387517004',
    dose: [1, 'g'],
    route: 'oral',
    every: 8,
    asNeeded: true,
  },
  paracetamolChild: {
    atc: 'N02BE01',
    name: 'Paracetamol 100 mg/ml, 15 mg/kg',
    substance: '387517004',
    dose: [15, 'mg/kg'],
    route: 'oral',
    every: 6,
    asNeeded: true,
  },
  salbutamol: {
    atc: 'R03AC02',
    name: 'Salbutamol 100 µg inhalado',
    substance: '372897005',
    dose: [200, 'µg', 'ug'],
    route: 'inhaled',
    every: 6,
    asNeeded: true,
  },
  sumatriptan: {
    atc: 'N02CC01',
    name: 'Sumatriptán 50 mg',
    substance: '395818003',
    dose: [50, 'mg'],
    route: 'oral',
    every: 24,
    asNeeded: true,
  },
  tiotropium: {
    atc: 'R03BB04',
    name: 'Tiotropio 18 µg inhalado',
    substance: '409169005',
    dose: [18, 'µg', 'ug'],
    route: 'inhaled',
    every: 24,
  },
} satisfies Record<string, Medicine>

export type MedicineKey = keyof typeof medicines

export const routes: Readonly<Record<Medicine['route'], Code>> = {
  oral: snomed('26643006', 'vía oral'),
  inhaled: snomed('447694001', 'vía respiratoria'),
  subcutaneous: snomed('34206005', 'vía subcutánea'),
}
