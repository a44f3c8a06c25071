import type { Code } from './elements.js'

const snomed = (code: string, display: string): Code => ({ system: 'snomed', code, display })
const icd10 = (code: string, display: string): Code => ({ system: 'icd10', code, display })

/** What a patient can have: SNOMED CT first, ICD-10 beside it, as Spanish hospitals report it. */
export const conditions = {
  acuteBronchitis: [
    snomed('10509002', 'bronquitis aguda'),
    icd10('J20.9', 'Bronquitis aguda, no especificada'),
  ],
  allergicRhinitis: [
    snomed('61582004', 'rinitis alérgica'),
    icd10('J30.4', 'Rinitis alérgica, no especificada'),
  ],
  appendicitis: [
    snomed('85189001', 'apendicitis aguda'),
    icd10('K35.8', 'Otras apendicitis agudas y las no especificadas'),
  ],
  asthma: [snomed('195967001', 'asma'), icd10('J45.9', 'Asma, no especificada')],
  atopicDermatitis: [
    snomed('24079001', 'dermatitis atópica'),
    icd10('L20.9', 'Dermatitis atópica, no especificada'),
  ],
  atrialFibrillation: [
    snomed('49436004', 'fibrilación auricular'),
    icd10('I48.9', 'Fibrilación y aleteo auricular, no especificados'),
  ],
  ckd3: [
    snomed('433144002', 'enfermedad renal crónica estadio 3'),
    icd10('N18.3', 'Enfermedad renal crónica, estadio 3'),
  ],
  copd: [
    snomed('13645005', 'enfermedad pulmonar obstructiva crónica'),
    icd10('J44.9', 'EPOC, no especificada'),
  ],
  diabetes: [
    snomed('44054006', 'diabetes mellitus tipo 2'),
    icd10('E11.9', 'Diabetes mellitus tipo 2, sin complicaciones'),
  ],
  femoralNeckFracture: [
    snomed('5913000', 'fractura del cuello del fémur'),
    icd10('S72.0', 'Fractura del cuello del fémur'),
  ],
  gestationalDiabetes: [
    snomed('11687002', 'diabetes mellitus gestacional'),
    icd10('O24.4', 'Diabetes mellitus que se origina en el embarazo'),
  ],
  heartFailure: [
    snomed('84114007', 'insuficiencia cardiaca'),
    icd10('I50.9', 'Insuficiencia cardiaca, no especificada'),
  ],
  hypercholesterolemia: [
    snomed('13644009', 'hipercolesterolemia'),
    icd10('E78.0', 'Hipercolesterolemia pura'),
  ],
  hypertension: [
    snomed('38341003', 'hipertensión arterial'),
    icd10('I10', 'Hipertensión esencial (primaria)'),
  ],
  hypothyroidism: [snomed('40930008', 'hipotiroidismo'), icd10('E03.9', 'Hipotiroidismo, no especificado')],
  ironDeficiency: [
    snomed('87522002', 'anemia ferropénica'),
    icd10('D50.9', 'Anemia ferropénica, no especificada'),
  ],
  migraine: [snomed('37796009', 'migraña'), icd10('G43.9', 'Migraña, no especificada')],
  obesity: [snomed('414916001', 'obesidad'), icd10('E66.9', 'Obesidad, no especificada')],
  osteoporosis: [snomed('64859006', 'osteoporosis'), icd10('M81.9', 'Osteoporosis, no especificada')],
  otitis: [snomed('3110003', 'otitis media aguda'), icd10('H66.9', 'Otitis media, no especificada')],
  pharyngitis: [
    snomed('195662009', 'faringitis vírica aguda'),
    icd10('J02.9', 'Faringitis aguda, no especificada'),
  ],
  pregnancy: [
    snomed('77386006', 'embarazo'),
    icd10('Z34.9', 'Supervisión de embarazo normal, no especificado'),
  ],
  urinaryInfection: [
    snomed('68566005', 'infección urinaria'),
    icd10('N39.0', 'Infección de vías urinarias, sitio no especificado'),
  ],
} satisfies Record<string, readonly [Code, Code]>

export type ConditionKey = keyof typeof conditions

/** What allergies are to, with how they show. */
export const allergies = {
  penicillin: {
    code: snomed('91936005', 'alergia a penicilina'),
    category: 'medication',
    reaction: snomed('126485001', 'urticaria'),
  },
  aspirin: {
    code: snomed('293586001', 'alergia a ácido acetilsalicílico'),
    category: 'medication',
    reaction: snomed('271807003', 'exantema'),
  },
  mites: {
    code: snomed('232350006', 'alergia a ácaros del polvo doméstico'),
    category: 'environment',
    reaction: snomed('56018004', 'sibilancias'),
  },
  grass: {
    code: snomed('418689008', 'alergia a polen de gramíneas'),
    category: 'environment',
    reaction: snomed('76067001', 'estornudos'),
  },
  peanut: {
    code: snomed('91935009', 'alergia a cacahuete'),
    category: 'food',
    reaction: snomed('39579001', 'anafilaxia'),
  },
  latex: {
    code: snomed('300916003', 'alergia a látex'),
    category: 'environment',
    reaction: snomed('271807003', 'exantema'),
  },
} as const

export type AllergyKey = keyof typeof allergies

const cvx = (code: string, display: string): Code => ({ system: 'cvx', code, display })

export const vaccines = {
  covid: cvx('208', 'COVID-19, ARNm, 30 µg'),
  dtpPolio: cvx('130', 'DTPa-VPI'),
  hexavalent: cvx('146', 'DTPa-VPI-Hib-HB (hexavalente)'),
  hpv: cvx('165', 'Virus del papiloma humano, 9 serotipos'),
  influenza: cvx('140', 'Gripe estacional inyectable, sin conservantes'),
  measles: cvx('03', 'Sarampión, rubéola y parotiditis (triple vírica)'),
  meningitisB: cvx('162', 'Meningococo B, recombinante'),
  pneumococcus13: cvx('133', 'Neumococo conjugada, 13 serotipos'),
  pneumococcus23: cvx('33', 'Neumococo polisacárida, 23 serotipos'),
  tdap: cvx('115', 'Tétanos, difteria y tosferina del adulto (dTpa)'),
  varicella: cvx('21', 'Varicela'),
} as const

export type VaccineKey = keyof typeof vaccines

export const procedures = {
  appendectomy: snomed('80146002', 'apendicectomía'),
  cesarean: snomed('11466000', 'cesárea'),
  delivery: snomed('177184002', 'parto normal'),
  echocardiography: snomed('40701008', 'ecocardiografía'),
  ecg: snomed('29303009', 'electrocardiograma'),
  hipReplacement: snomed('52734007', 'artroplastia total de cadera'),
  obstetricUltrasound: snomed('268445003', 'ecografía obstétrica'),
  spirometry: snomed('127783003', 'espirometría'),
} as const

export type ProcedureKey = keyof typeof procedures

/** Kinds of visit: the class of the encounter and what it is for. */
export const visitKinds = {
  checkUp: { class: 'AMB', type: snomed('185349003', 'consulta de revisión') },
  followUp: { class: 'AMB', type: snomed('390906007', 'consulta de seguimiento') },
  consultation: { class: 'AMB', type: snomed('11429006', 'consulta') },
  emergency: { class: 'EMER', type: snomed('50849002', 'ingreso en urgencias') },
  admission: { class: 'IMP', type: snomed('32485007', 'ingreso hospitalario') },
  prenatal: { class: 'AMB', type: snomed('424619006', 'consulta prenatal') },
  wellChild: { class: 'AMB', type: snomed('410620009', 'revisión del niño sano') },
} as const

export type VisitKind = keyof typeof visitKinds
