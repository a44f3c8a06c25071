import type { Bundle, FhirResource } from 'fhir/r4.js'
import { stringify } from 'lossless-json'
import { Chart } from './chart.js'
import { site } from './elements.js'
import { hospitalResources } from './hospital.js'
import { makePerson, patientResource } from './person.js'
import { Random } from './random.js'
import { stories } from './stories/index.js'

/** A transaction bundle, as text because its decimals have digits (`36.50`) that a JavaScript number forgets. */
export interface DemoBundle {
  /** File name without ending; the hospital's sorts first, since the others refer to it. */
  readonly name: string
  readonly json: string
}

/**
 * The records of Hospital General San Rafael, a hospital that does not exist: one transaction with the hospital itself,
 * then one per patient. Every resource is PUT under an id of its own, so loading twice leaves the same resources.
 * The same seed gives the same bytes, on every machine and day. Nobody in it is a real person.
 */
export function* demoBundles(seed = 'San Rafael'): Generator<DemoBundle> {
  yield { name: '0-hospital', json: transaction(hospitalResources()) }
  let number = 0
  for (const story of stories) {
    for (let index = 0; index < story.patients; index++) {
      number++
      // A generator each, so that a change of one story leaves the other patients as they are.
      const random = new Random(`${seed}/${story.name}/${index}`)
      const chart = new Chart(makePerson(number, story, random), random)
      const deceased = story.tell(chart, index)
      const patient = patientResource(chart.person, random, deceased)
      yield { name: chart.person.id, json: transaction([patient, ...chart.resources]) }
    }
  }
}

function transaction(resources: readonly FhirResource[]): string {
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => {
      const url = `${resource.resourceType}/${resource.id}`
      return { fullUrl: `${site}/fhir/${url}`, resource, request: { method: 'PUT', url } }
    }),
  }
  return stringify(bundle) ?? ''
}
