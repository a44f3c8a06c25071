import type { Bundle, FhirResource } from 'fhir/r4.js'
import { createPerson } from './people.js'
import { Random } from './random.js'
import { ClinicalRecord } from './record.js'
import { createStaff } from './staff.js'
import * as chronic from './stories/chronic.js'
import * as passing from './stories/passing.js'
import type { Story } from './stories/shared.js'

/** Who lives in the demo: story, sex, and the ages between which a person is made. */
const cast: readonly (readonly [
  story: Story,
  sex: 'female' | 'male' | 'any',
  from: number,
  to: number,
  count: number,
])[] = [
  [chronic.diabetes, 'any', 48, 76, 7],
  [chronic.hypertension, 'any', 45, 80, 6],
  [chronic.kidney, 'any', 62, 84, 3],
  [chronic.heart, 'any', 68, 88, 3],
  [chronic.copd, 'any', 58, 79, 3],
  [chronic.asthma, 'any', 7, 13, 2],
  [chronic.asthma, 'any', 20, 45, 2],
  [passing.pregnancy, 'female', 24, 39, 6],
  [passing.child, 'any', 1, 12, 6],
  [chronic.thyroid, 'female', 30, 66, 3],
  [passing.appendix, 'any', 18, 44, 2],
  [passing.hip, 'female', 76, 91, 2],
  [passing.healthy, 'any', 19, 60, 5],
]

/**
 * The demo hospital as transaction bundles: the hospital first, then one for each patient. Every resource is PUT under a
 * readable id, so loading again changes no identity. The same in every run: nothing depends on the clock.
 */
export function demoBundles(): Bundle[] {
  const staff = createStaff()
  const bundles = [transaction(staff.resources)]
  let index = 0
  for (const [story, sex, from, to, count] of cast) {
    for (let person = 0; person < count; person += 1) {
      index += 1
      const random = new Random(`demo/${index}`)
      const made = sex === 'any' ? random.pick(['female', 'male'] as const) : sex
      const record = new ClinicalRecord(
        createPerson(index, random.between(from, to), made, staff, random),
        staff,
        random,
      )
      story(record)
      bundles.push(transaction(record.resources))
    }
  }
  return bundles
}

function transaction(resources: readonly FhirResource[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      fullUrl: `https://hospital-san-rafael.example/fhir/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  }
}
