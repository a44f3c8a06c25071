import { contentOf } from '../../src/fhir/content.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { patientsOf } from '../../src/search/compartments.js'
import { extractSearchValues } from '../../src/search/extract.js'
import type { SearchValue } from '../../src/search/values.js'
import type { Change, ResourceKey, StoredResource } from '../../src/storage/storage.js'

/** A resource with the id that names it. */
export type Identified = AnyResource & { readonly id: string }

export interface ChangeOptions {
  readonly kind?: 'create' | 'update'
  readonly values?: readonly SearchValue[]
  readonly patients?: readonly string[]
  readonly expect?: number
}

/** The change that stores a resource; a create unless said otherwise. */
export function put(resource: Identified, options: ChangeOptions = {}): Change {
  const { resourceType, id } = resource
  return {
    kind: options.kind ?? 'create',
    type: resourceType,
    id,
    ...contentOf(resource, id),
    values: options.values ?? [],
    patients: options.patients ?? (resourceType === 'Patient' ? [id] : []),
    ...(options.expect === undefined ? {} : { expect: options.expect }),
  }
}

/** The change that stores a resource together with all that a search may ask of it. */
export function indexed(
  resource: Identified,
  options: Omit<ChangeOptions, 'values' | 'patients'> = {},
): Change {
  const values = extractSearchValues(resource)
  return put(resource, { ...options, values, patients: patientsOf(resource, values) })
}

/** The change that deletes a resource. */
export function remove({ type, id }: ResourceKey, expect?: number): Change {
  const change = { kind: 'delete', type, id, head: '', tail: '', values: [], patients: [] } as const
  return expect === undefined ? change : { ...change, expect }
}

/** `Type/id`, the name by which tests compare. */
export function nameOf({ type, id }: ResourceKey): string {
  return `${type}/${id}`
}

/** The instant that a version's `seq` carries, milliseconds since the epoch. */
export function instantOf({ seq }: Pick<StoredResource, 'seq'>): number {
  return Number(seq >> 20n)
}

/** Rejects with an error of this code, or the test fails. */
export async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  const outcome = await promise.then(
    () => 'success',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
  if (outcome !== code) throw new Error(`expected an error ${code}, got ${String(outcome)}`)
}
