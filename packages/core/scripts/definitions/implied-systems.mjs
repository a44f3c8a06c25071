// The code system that a `code` element belongs to without saying so, by its required binding
// (https://hl7.org/fhir/R4/search.html#token).

/** A function `(element) => system` for element definitions; undefined where the value set draws on several systems. */
export function impliedSystems(valueSets) {
  const byUrl = new Map(valueSets.map((valueSet) => [valueSet.url, valueSet]))

  function systemsOf(canonical, seen) {
    const url = canonical.split('|')[0]
    if (seen.has(url)) return []
    seen.add(url)
    const include = byUrl.get(url)?.compose?.include
    // Codes that nobody lists could be from anywhere.
    if (!include) return [undefined]
    return include.flatMap((part) =>
      part.system ? [part.system] : (part.valueSet ?? []).flatMap((inner) => systemsOf(inner, seen)),
    )
  }

  return ({ type, binding }) => {
    if (type?.length !== 1 || type[0].code !== 'code') return undefined
    if (binding?.strength !== 'required' || !binding.valueSet) return undefined
    const [system, ...others] = new Set(systemsOf(binding.valueSet, new Set()))
    return others.length === 0 ? system : undefined
  }
}
