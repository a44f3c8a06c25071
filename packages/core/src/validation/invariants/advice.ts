import { type Json, unusedContained } from './native.js'

/** What to do about an invariant that does not hold, for those where something better than its rule can be said. */
export function adviceFor(key: string, element: unknown): string | undefined {
  return Object.hasOwn(advice, key) ? advice[key]?.(element as Json) : undefined
}

const advice: Readonly<Record<string, (element: Json) => string>> = {
  'ele-1': () => 'Give it a value or extensions, or leave it out.',
  'ext-1': ({ extension }) =>
    extension == null
      ? 'Found neither: give the extension a value[x], or extensions of its own.'
      : 'Found both: keep the value or the extensions.',
  'dom-3': (resource) =>
    `Nothing refers to the contained ${list(unusedContained(resource))}: refer to each by '#' and its id, or leave it out.`,
  'dom-6': () => 'Add text with a status and a div that people can read.',
  'per-1': ({ start, end }) => `Found start ${start} after end ${end}: correct one of them.`,
  'ref-1': ({ reference }) =>
    `Found '${clip(reference)}': add a contained resource with that id, or correct the reference.`,
  'qty-3': ({ code }) =>
    `Found the code '${clip(code)}' without a system: add one, such as http://unitsofmeasure.org.`,
  'att-1': () => 'Add contentType, such as application/pdf.',
  'cpt-2': () => 'Add system, such as phone or email.',
  'obs-6': () => 'Remove dataAbsentReason, or the value.',
}

function list(ids: readonly string[]): string {
  return ids.map((id) => `'${clip(id)}'`).join(', ')
}

function clip(value: unknown): string {
  const text = String(value)
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
