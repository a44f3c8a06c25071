import {
  type AnyResource,
  type Change,
  contentOf,
  extractSearchValues,
  patientsOf,
  type ResourceKey,
} from '@anamnesis/core'

/** The change that stores a resource with all that a search may ask of it. */
export function put(
  resource: AnyResource & { readonly id: string },
  options: { readonly kind?: 'create' | 'update'; readonly expect?: number } = {},
): Change {
  const values = extractSearchValues(resource)
  return {
    kind: options.kind ?? 'create',
    type: resource.resourceType,
    id: resource.id,
    ...contentOf(resource, resource.id),
    values,
    patients: patientsOf(resource, values),
    ...(options.expect === undefined ? {} : { expect: options.expect }),
  }
}

export function remove({ type, id }: ResourceKey): Change {
  return { kind: 'delete', type, id, head: '', tail: '', values: [], patients: [] }
}

/** An Observation of a patient, or of nobody. */
export function observation(id: string, patient?: string, more: object = {}): AnyResource & { id: string } {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    ...(patient === undefined ? {} : { subject: { reference: `Patient/${patient}` } }),
    ...more,
  }
}

/** The stable code that a promise rejects with; fails where it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )
}
