import type { AnyResource } from '@anamnesis/core'

/** A heart rate as a device sends them, of another minute for each number. */
export function heartRate(number: number, patient = 'p1'): AnyResource {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: {
      coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }],
      text: 'Heart rate',
    },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: new Date(1_700_000_000_000 + number * 60_000).toISOString(),
    valueQuantity: {
      value: 60 + (number % 40),
      unit: '/min',
      system: 'http://unitsofmeasure.org',
      code: '/min',
    },
  }
}
