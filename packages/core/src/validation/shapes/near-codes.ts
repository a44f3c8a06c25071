import type { ConformanceSource } from '../../definitions/conformance.js'
import { suggest } from '../names.js'
import { isObject } from './items.js'

/** Beyond, looking for what was meant costs more than it helps. */
const mostCodes = 5000

/** A question for the code that was probably meant, or an empty text. */
export function nearCodes(definitions: ConformanceSource, system: string, code: string): string {
  const concept = definitions.find('CodeSystem', system)?.concept
  const codes: string[] = []
  const collect = (concepts: unknown) => {
    if (!Array.isArray(concepts)) return
    for (const each of concepts) {
      if (!isObject(each) || codes.length > mostCodes) continue
      if (typeof each.code === 'string') codes.push(each.code)
      collect(each.concept)
    }
  }
  collect(concept)
  if (codes.length === 0 || codes.length > mostCodes) return ''
  const few = codes.length <= 12 ? `Its codes are ${codes.join(', ')}.` : ''
  return suggest(code, codes) || few
}
