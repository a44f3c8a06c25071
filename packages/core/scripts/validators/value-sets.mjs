// Expands value sets that enumerate their codes, so that a required code can be checked by membership.

/**
 * The codes of a value set in order, or undefined when the package cannot enumerate it: a code system that is a
 * grammar (MIME types, languages, UCUM) or that it lacks (currencies), or a filter.
 */
export function enumerateCodes(canonical, { valueSets, codeSystems }) {
  const compose = valueSets.get(canonical.split('|')[0])?.compose
  if (!compose) return undefined
  const included = compose.include.map((part) => codesOf(part, { valueSets, codeSystems }))
  const excluded = (compose.exclude ?? []).map((part) => codesOf(part, { valueSets, codeSystems }))
  if ([...included, ...excluded].includes(undefined)) return undefined
  const without = new Set(excluded.flat())
  return [...new Set(included.flat())].filter((code) => !without.has(code))
}

function codesOf(part, terminology) {
  if (part.filter || (part.valueSet && part.system)) return undefined
  if (part.concept) return part.concept.map((concept) => concept.code)
  if (part.valueSet) {
    // Several value sets in one include mean their intersection.
    const [first, ...rest] = part.valueSet.map((canonical) => enumerateCodes(canonical, terminology))
    if ([first, ...rest].includes(undefined)) return undefined
    return first.filter((code) => rest.every((codes) => codes.includes(code)))
  }
  const system = terminology.codeSystems.get(part.system)
  return system?.content === 'complete' ? allCodes(system.concept) : undefined
}

function allCodes(concepts = []) {
  return concepts.flatMap((concept) => [concept.code, ...allCodes(concept.concept)])
}
