import type { SearchParameter } from '../../definitions/definitions.js'
import type { NearClause } from '../query.js'
import { listOf, type Place, type Reading, searchError } from './context.js'
import { splitValues, unescapeValue } from './parts.js'
import { splitEscaped } from './text.js'

/** Metres, where the value names no distance: R4 leaves it to the server. */
export const defaultDistance = 25_000

/** UCUM codes of length, in metres. */
const lengths: ReadonlyMap<string, number> = new Map([
  ['m', 1],
  ['km', 1000],
  ['mm', 0.001],
  ['cm', 0.01],
  ['dm', 0.1],
  ['[mi_i]', 1609.344],
  ['[mi_us]', 6336000 / 3937],
  ['[nmi_i]', 1852],
  ['[yd_i]', 0.9144],
  ['[ft_i]', 0.3048],
  ['[ft_us]', 1200 / 3937],
  ['[in_i]', 0.0254],
])

const example = 'latitude|longitude|distance|units, such as 41.39|2.16|5|km'

/** `41.39|2.16|5|km` (https://hl7.org/fhir/R4/location.html#search). */
export function readNear(param: SearchParameter, text: string, place: Place, reading: Reading): NearClause {
  const values = splitValues(text, place, reading).map((part) => {
    const fields = splitEscaped(part, '|').map((field) => unescapeValue(field, place).trim())
    const [latitude = '', longitude = '', distance = '', unit = ''] = fields
    if (fields.length < 2 || fields.length > 4) {
      throw searchError(place, `expected ${example}, found "${part}".`)
    }
    return {
      latitude: degrees(latitude, 90, 'latitude', place),
      longitude: degrees(longitude, 180, 'longitude', place),
      distance: metres(distance, unit, place),
    }
  })
  return { kind: 'near', param, values }
}

function degrees(text: string, limit: number, name: string, place: Place): number {
  const value = decimal(text)
  if (value !== undefined && Math.abs(value) <= limit) return value
  throw searchError(place, `expected a ${name} from -${limit} to ${limit} in ${example}, found "${text}".`)
}

function metres(text: string, unit: string, place: Place): number {
  const factor = lengths.get(unit === '' ? 'km' : unit)
  if (factor === undefined) {
    throw searchError(place, `expected units ${listOf([...lengths.keys()])} in ${example}, found "${unit}".`)
  }
  if (text === '') return defaultDistance
  const value = decimal(text)
  if (value !== undefined && value >= 0) return value * factor
  throw searchError(place, `expected a distance of at least 0 in ${example}, found "${text}".`)
}

function decimal(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined
}
