/**
 * True if the underscore sibling of a repeating primitive has a value at an index: in
 * `{ "given": [null], "_given": [{ "extension": [...] }] }` each array fills the nulls of the other
 * (https://hl7.org/fhir/R4/json.html#primitive). Bundled into the generated validators, so it imports nothing.
 */
export function hasSibling(
  parent: Readonly<Record<string, unknown>>,
  property: string,
  index: number,
): boolean {
  const sibling = parent[property.startsWith('_') ? property.slice(1) : `_${property}`]
  return Array.isArray(sibling) && sibling[index] != null
}
