import type { Json } from './elements.js'

/** Metres of a kilometre, a mile and a metre. */
const metres: Readonly<Record<string, number>> = { km: 1000, '[mi_i]': 1609.344, m: 1 }

/** A point on the unit sphere. */
function vector(latitude: number, longitude: number): readonly [number, number, number] {
  const [north, east] = [latitude, longitude].map((degrees) => (degrees / 180) * Math.PI) as [number, number]
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)]
}

/** Whether a Location is near `latitude|longitude|distance|units`; 25 km where no distance is said. */
export function isNear(location: Json, place: string): boolean {
  const position = location.position as { readonly latitude: number; readonly longitude: number } | undefined
  if (!position) return false
  const [latitude, longitude, distance = '25', unit = 'km'] = place.split('|')
  const a = vector(position.latitude, position.longitude)
  const b = vector(Number(latitude), Number(longitude))
  // By the chord through the earth, not by the haversine formula.
  const chord = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
  const angle = 2 * Math.asin(Math.min(1, chord / 2))
  return angle * 6_371_008.8 <= Number(distance) * (metres[unit] ?? Number.NaN)
}
