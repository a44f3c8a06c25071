import type { Sort } from '../query.js'
import { type Place, type Reading, searchError, suggestion } from './context.js'
import { findParameter } from './parameters.js'
import { splitValues } from './parts.js'

/** `_sort=-date,name` (https://hl7.org/fhir/R4/search.html#sort). */
export function readSort(place: Place, value: string, reading: Reading): Sort[] {
  return splitValues(value, place, reading).map((key) => {
    const descending = key.startsWith('-')
    const code = descending ? key.slice(1) : key
    const param = findParameter(place.types, code, reading)
    if (!param) {
      const known = reading.definitions.searchParameters(place.types[0] ?? '').keys()
      throw searchError(
        place,
        `"${code}" is not a search parameter of what is searched.${suggestion(code, known)}`,
      )
    }
    if (param.type === 'composite' || param.type === 'special') {
      throw searchError(place, `${code} is a ${param.type} parameter, which has no order.`)
    }
    return { param, descending }
  })
}
