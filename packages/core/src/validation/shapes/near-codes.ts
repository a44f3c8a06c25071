import type { ConformanceSource } from '../../definitions/conformance.js'
import { parseCanonical } from '../../fhir/references.js'
import { suggest } from '../names.js'
import { isObject } from './items.js'

/** Beyond, looking for what was meant costs more than it helps. */
const mostCodes = 5000
const shownCodes = 10

/** A question for the code that was probably meant, or an empty text. */
export function nearCodes(definitions: ConformanceSource, system: string, code: string): string {
  const codes = codesOfSystem(definitions, system)
  if (codes.length === 0 || codes.length > mostCodes) return ''
  return suggest(code, codes) || (codes.length <= shownCodes ? `Its codes are ${codes.join(', ')}.` : '')
}

/** The first codes of a value set in parentheses, where it lists them or names whole systems; or an empty text. */
export function someCodes(definitions: ConformanceSource, valueSet: string): string {
  const { url, version } = parseCanonical(valueSet)
  const compose = definitions.find('ValueSet', url, version)?.compose
  if (!isObject(compose) || !Array.isArray(compose.include) || compose.exclude !== undefined) return ''
  const codes: string[] = []
  for (const part of compose.include) {
    if (!isObject(part) || part.valueSet || part.filter || typeof part.system !== 'string') return ''
    if (part.concept) collect(part.concept, codes)
    else codes.push(...codesOfSystem(definitions, part.system))
  }
  if (codes.length === 0) return ''
  const more = codes.length > shownCodes ? ` and ${codes.length - shownCodes} more` : ''
  return ` (${codes.slice(0, shownCodes).join(' | ')}${more})`
}

function codesOfSystem(definitions: ConformanceSource, system: string): string[] {
  const codes: string[] = []
  collect(definitions.find('CodeSystem', system)?.concept, codes)
  return codes
}

function collect(concepts: unknown, codes: string[]): void {
  if (!Array.isArray(concepts)) return
  for (const each of concepts) {
    if (!isObject(each) || codes.length > mostCodes) continue
    if (typeof each.code === 'string') codes.push(each.code)
    collect(each.concept, codes)
  }
}
