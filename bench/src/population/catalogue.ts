/** A code with its usual display. */
export interface Code {
  readonly system: string
  readonly code: string
  readonly display: string
}

/** Something measured: its code, UCUM unit, mean, deviation and decimals. */
export interface Analyte extends Code {
  readonly unit: string
  readonly mean: number
  readonly deviation: number
  readonly decimals: number
}

export const loinc = 'http://loinc.org'
export const snomed = 'http://snomed.info/sct'
export const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm'
export const cvx = 'http://hl7.org/fhir/sid/cvx'
export const ucum = 'http://unitsofmeasure.org'
export const npi = 'http://hl7.org/fhir/sid/us-npi'
export const hl7 = 'http://terminology.hl7.org/CodeSystem'
/** Everything that only this made-up hospital uses. */
export const local = 'https://hospital.example'

const coded = (system: string, codes: readonly (readonly [string, string])[]): readonly Code[] =>
  codes.map(([code, display]) => ({ system, code, display }))
const measured = (
  rows: readonly (readonly [string, string, string, number, number, number])[],
): readonly Analyte[] =>
  rows.map(([code, display, unit, mean, deviation, decimals]) => ({
    ...{ system: loinc, code, display, unit, mean, deviation, decimals },
  }))

export const [heartRate, weight, respiratoryRate, height, bodyMass, temperature, oxygen, pain] = measured([
  ['8867-4', 'Heart rate', '/min', 78, 14, 0],
  ['29463-7', 'Body Weight', 'kg', 76, 16, 1],
  ['9279-1', 'Respiratory rate', '/min', 14, 2, 0],
  ['8302-2', 'Body Height', 'cm', 168, 11, 1],
  ['39156-5', 'Body Mass Index', 'kg/m2', 27, 4, 2],
  ['8310-5', 'Body temperature', 'Cel', 37, 0.6, 1],
  ['2708-6', 'Oxygen saturation in Arterial blood', '%', 96, 2, 1],
  ['72514-3', 'Pain severity - 0-10 verbal numeric rating [Score] - Reported', '{score}', 3, 1.5, 0],
]) as readonly [Analyte, Analyte, Analyte, Analyte, Analyte, Analyte, Analyte, Analyte]

export const bloodPressure: Code = { system: loinc, code: '85354-9', display: 'Blood Pressure' }
export const [systolic, diastolic] = measured([
  ['8480-6', 'Systolic Blood Pressure', 'mm[Hg]', 122, 14, 0],
  ['8462-4', 'Diastolic Blood Pressure', 'mm[Hg]', 79, 9, 0],
]) as readonly [Analyte, Analyte]

export const smoking: Code = { system: loinc, code: '72166-2', display: 'Tobacco smoking status NHIS' }
export const smokingAnswers = coded(snomed, [
  ['266919005', 'Never smoker'],
  ['8517006', 'Former smoker'],
  ['449868002', 'Current every day smoker'],
])

/** Laboratory panels with what they hold, and the share of encounters that have one. */
export const panels: readonly {
  readonly panel: Code
  readonly share: number
  readonly analytes: readonly Analyte[]
}[] = [
  {
    panel: {
      system: loinc,
      code: '58410-2',
      display: 'Complete blood count (hemogram) panel - Blood by Automated count',
    },
    share: 0.13,
    analytes: measured([
      ['718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 14, 1.5, 1],
      ['787-2', 'MCV [Entitic volume] by Automated count', 'fL', 89, 5, 1],
      ['785-6', 'MCH [Entitic mass] by Automated count', 'pg', 30, 2, 1],
      ['786-4', 'MCHC [Mass/volume] by Automated count', 'g/dL', 34, 1, 1],
      ['777-3', 'Platelets [#/volume] in Blood by Automated count', '10*3/uL', 260, 60, 0],
      ['6690-2', 'Leukocytes [#/volume] in Blood by Automated count', '10*3/uL', 7, 2, 1],
      ['789-8', 'Erythrocytes [#/volume] in Blood by Automated count', '10*6/uL', 4.8, 0.4, 2],
      ['4544-3', 'Hematocrit [Volume Fraction] of Blood by Automated count', '%', 42, 4, 1],
      [
        '32207-3',
        'Platelet distribution width [Entitic volume] in Blood by Automated count',
        'fL',
        300,
        90,
        0,
      ],
      ['32623-1', 'Platelet mean volume [Entitic volume] in Blood by Automated count', 'fL', 10.5, 0.8, 1],
      ['21000-5', 'Erythrocyte distribution width [Entitic volume] by Automated count', 'fL', 43, 2, 1],
      ['770-8', 'Neutrophils/100 leukocytes in Blood by Automated count', '%', 58, 8, 1],
    ]),
  },
  {
    panel: { system: loinc, code: '51990-0', display: 'Basic Metabolic Panel' },
    share: 0.14,
    analytes: measured([
      ['2339-0', 'Glucose', 'mg/dL', 92, 18, 1],
      ['6299-2', 'Urea Nitrogen', 'mg/dL', 14, 4, 1],
      ['38483-4', 'Creatinine', 'mg/dL', 1, 0.3, 2],
      ['49765-1', 'Calcium', 'mg/dL', 9.4, 0.5, 2],
      ['2947-0', 'Sodium', 'mmol/L', 140, 2.5, 1],
      ['6298-4', 'Potassium', 'mmol/L', 4.4, 0.4, 2],
      ['2069-3', 'Chloride', 'mmol/L', 106, 3, 1],
      ['20565-8', 'Carbon Dioxide', 'mmol/L', 24, 2, 1],
      ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 5.6, 0.8, 1],
      ['33914-3', 'Glomerular filtration rate/1.73 sq M.predicted', 'mL/min/{1.73_m2}', 92, 22, 1],
      ['1742-6', 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 'U/L', 26, 9, 1],
      ['1751-7', 'Albumin [Mass/volume] in Serum or Plasma', 'g/dL', 4.4, 0.4, 2],
    ]),
  },
  {
    panel: { system: loinc, code: '57698-3', display: 'Lipid Panel' },
    share: 0.12,
    analytes: measured([
      ['2093-3', 'Total Cholesterol', 'mg/dL', 188, 32, 1],
      ['2571-8', 'Triglycerides', 'mg/dL', 132, 42, 1],
      ['18262-6', 'Low Density Lipoprotein Cholesterol', 'mg/dL', 108, 28, 1],
      ['2085-9', 'High Density Lipoprotein Cholesterol', 'mg/dL', 56, 12, 1],
    ]),
  },
]

/** Seldom measured: thousands of codes, each rarer than the one before it. */
export const tailLength = 2_000

export function tailAnalyte(rank: number): Analyte {
  return {
    system: loinc,
    code: `${30_000 + rank * 7}-${rank % 10}`,
    display: `Substance ${rank + 1} [Mass/volume] in Serum or Plasma`,
    unit: 'ng/mL',
    mean: 10 + (rank % 50),
    deviation: 2 + (rank % 7),
    decimals: 2,
  }
}

export const conditions = coded(snomed, [
  ['59621000', 'Hypertension'],
  ['444814009', 'Viral sinusitis (disorder)'],
  ['162864005', 'Body mass index 30+ - obesity (finding)'],
  ['195662009', 'Acute viral pharyngitis (disorder)'],
  ['10509002', 'Acute bronchitis (disorder)'],
  ['15777000', 'Prediabetes'],
  ['271737000', 'Anemia (disorder)'],
  ['55822004', 'Hyperlipidemia'],
  ['44054006', 'Diabetes'],
  ['72892002', 'Normal pregnancy'],
  ['40055000', 'Chronic sinusitis (disorder)'],
  ['65363002', 'Otitis media'],
  ['43878008', 'Streptococcal sore throat (disorder)'],
  ['239873007', 'Osteoarthritis of knee'],
  ['195967001', 'Asthma'],
  ['88805009', 'Chronic congestive heart failure (disorder)'],
  ['431855005', 'Chronic kidney disease stage 1 (disorder)'],
  ['230690007', 'Stroke'],
  ['254837009', 'Malignant neoplasm of breast (disorder)'],
  ['403190006', 'First degree burn'],
])

export const procedures = coded(snomed, [
  ['430193006', 'Medication Reconciliation (procedure)'],
  ['274804006', 'Evaluation of uterine fundal height'],
  ['225158009', 'Auscultation of the fetal heart'],
  ['710824005', 'Assessment of health and social care needs (procedure)'],
  ['710841007', 'Assessment of anxiety (procedure)'],
  ['428211000124100', 'Assessment of substance use (procedure)'],
  ['18946005', 'Epidural anesthesia'],
  ['265764009', 'Renal dialysis (procedure)'],
  ['168537006', 'Plain X-ray of wrist region (procedure)'],
  ['73761001', 'Colonoscopy'],
  ['232717009', 'Coronary artery bypass grafting'],
])

export const vaccines = coded(cvx, [
  ['140', 'Influenza, seasonal, injectable, preservative free'],
  ['113', 'Td (adult) preservative free'],
  ['208', 'SARS-COV-2 (COVID-19) vaccine, mRNA, 30 mcg/0.3mL dose'],
  ['133', 'Pneumococcal conjugate PCV 13'],
  ['121', 'zoster'],
  ['52', 'Hep A, adult'],
  ['62', 'HPV, quadrivalent'],
  ['03', 'MMR'],
])

export const medicines = coded(rxnorm, [
  ['314076', 'lisinopril 10 MG Oral Tablet'],
  ['310798', 'Hydrochlorothiazide 25 MG Oral Tablet'],
  ['860975', '24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet'],
  ['314231', 'Simvastatin 10 MG Oral Tablet'],
  ['313782', 'Acetaminophen 325 MG Oral Tablet'],
  ['308182', 'Amoxicillin 250 MG Oral Capsule'],
  ['310965', 'Ibuprofen 200 MG Oral Tablet'],
  ['895994', '120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler'],
  ['849574', 'Naproxen sodium 220 MG Oral Tablet'],
  ['106892', 'insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML Injectable Suspension'],
])

export const allergies = coded(snomed, [
  ['419474003', 'Allergy to mould'],
  ['232350006', 'House dust mite allergy'],
  ['91934008', 'Allergy to nut'],
  ['294505008', 'Amoxicillin allergy'],
  ['417532002', 'Allergy to fish'],
])

export const encounterTypes = coded(snomed, [
  ['162673000', 'General examination of patient (procedure)'],
  ['185345009', 'Encounter for symptom'],
  ['185349003', 'Encounter for check up (procedure)'],
  ['424441002', 'Prenatal initial visit'],
  ['50849002', 'Emergency room admission (procedure)'],
  ['32485007', 'Hospital admission'],
])

export const carePlans = coded(snomed, [
  ['53950000', 'Respiratory therapy'],
  ['443402002', 'Lifestyle education regarding hypertension'],
  ['698360004', 'Diabetes self management plan'],
  ['134435003', 'Routine antenatal care'],
])
