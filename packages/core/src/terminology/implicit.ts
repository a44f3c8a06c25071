import type { ConceptSet, Filter, ValueSetResource } from './content.js'

// Value sets that exist by their URL alone (https://hl7.org/fhir/R4/terminologies-systems.html).

const ucum = 'http://unitsofmeasure.org'
const snomed = 'http://snomed.info/sct'
const loinc = 'http://loinc.org'

/** Whole systems by the URL of their value set. */
const wholeSystems: ReadonlyMap<string, string> = new Map([
  [ucum, ucum],
  [`${ucum}/vs`, ucum],
  [`${loinc}/vs`, loinc],
])

const snomedUrl =
  /^(http:\/\/snomed\.info\/sct)((?:\/\d+)?(?:\/version\/\d+)?)\?fhir_vs(?:=(isa|refset)(?:\/(\d+))?)?$/

/**
 * All units of UCUM; of SNOMED CT everything, a concept with what it subsumes, a reference
 * set; of LOINC everything, a part with its hierarchy, an answer list. Undefined for any other URL.
 */
export function implicitValueSet(url: string): ValueSetResource | undefined {
  const system = wholeSystems.get(url)
  if (system !== undefined) return valueSet(url, { system })
  const [, , edition, kind, id] = snomedUrl.exec(url) ?? []
  if (edition !== undefined) {
    const version = edition === '' ? {} : { version: snomed + edition }
    if (kind === undefined) return valueSet(url, { system: snomed, ...version })
    if (id === undefined) return undefined
    const filter = { property: 'concept', op: kind === 'isa' ? 'is-a' : 'in', value: id }
    return valueSet(url, { system: snomed, ...version, filter: [filter] })
  }
  const [, answerList] = /^http:\/\/loinc\.org\/vs\/(LL[\d-]+)$/.exec(url) ?? []
  if (answerList !== undefined) return ofLoinc(url, { property: 'LIST', op: '=', value: answerList })
  const [, part] = /^http:\/\/loinc\.org\/vs\/(LP[\d-]+)$/.exec(url) ?? []
  if (part !== undefined) return ofLoinc(url, { property: 'concept', op: 'is-a', value: part })
  return undefined
}

/** The value set of all codes of a system, as `CodeSystem.valueSet` names it. */
export function valueSet(url: string, include: ConceptSet): ValueSetResource {
  return { resourceType: 'ValueSet', url, status: 'active', compose: { include: [include] } }
}

function ofLoinc(url: string, filter: Filter): ValueSetResource {
  return valueSet(url, { system: loinc, filter: [filter] })
}
