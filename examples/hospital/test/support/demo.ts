// What the tests of the demo hospital look at, and how.
import type { Bundle, DiagnosticReport, FhirResource, Observation } from 'fhir/r4.js'
import * as assert from 'uvu/assert'
import { demoBundles } from '../../src/demo/bundles.js'

export const bundles = demoBundles()
export const resources = bundles.flatMap(resourcesOf)

export function resourcesOf(bundle: Bundle): FhirResource[] {
  return (bundle.entry ?? []).map((entry) => entry.resource as FhirResource)
}

export function all<T extends FhirResource['resourceType']>(type: T, among = resources) {
  return among.filter((resource) => resource.resourceType === type) as Extract<
    FhirResource,
    { resourceType: T }
  >[]
}

/** Every value below a resource, with the name it has there. */
export function* values(value: unknown, name = ''): Generator<readonly [string, unknown]> {
  yield [name, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* values(inner, Array.isArray(value) ? name : key)
}

/** Values by LOINC code of the Observations of one visit or report. */
export function byCode(observations: readonly Observation[]): Map<string, number> {
  return new Map(
    observations.map(({ code, valueQuantity }) => [
      code.coding?.[0]?.code ?? '',
      valueQuantity?.value ?? Number.NaN,
    ]),
  )
}

export function resultsOf(
  report: DiagnosticReport,
  observations: ReadonlyMap<string, Observation>,
): Observation[] {
  return (report.result ?? []).map(({ reference }) => {
    const found = observations.get(reference ?? '')
    assert.ok(found, `${report.id} refers to ${reference}`)
    return found as Observation
  })
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return [...groups.values()]
}

export function dayOf(date: string | undefined): number {
  return Date.parse((date ?? '').slice(0, 10)) / 86_400_000
}

export function hasCode(record: readonly FhirResource[], wanted: string): boolean {
  return all('Condition', [...record]).some(({ code }) => code?.coding?.some(({ code }) => code === wanted))
}
