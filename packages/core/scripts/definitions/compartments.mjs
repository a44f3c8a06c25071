// The five R4 compartments: which search parameters make a resource a member.

/** `{ "Patient": { "Observation": ["subject", "performer"] } }`. */
export function compactCompartments(compartments, parametersByType) {
  const result = {}
  for (const compartment of [...compartments].sort((a, b) => (a.code < b.code ? -1 : 1))) {
    const members = {}
    for (const { code, param } of compartment.resource) {
      if (!param) continue
      members[code] = param.map((name) => (name === '{def}' ? '_id' : name))
      for (const name of members[code]) {
        if (name === '_id' || parametersByType[code]?.some((row) => row[0] === name)) continue
        throw new Error(
          `the ${compartment.code} compartment names ${code}.${name}, which is no search parameter`,
        )
      }
    }
    result[compartment.code] = members
  }
  return result
}
