/** A position in degrees. */
export interface Position {
  readonly latitude: number
  readonly longitude: number
}

/** Mean radius of the earth in metres (IUGG R1). */
export const earthRadius = 6_371_008.8

const radians = Math.PI / 180

/** Metres between two positions on a sphere, along the great circle, by the haversine formula. */
export function distanceBetween(a: Position, b: Position): number {
  const height = Math.sin(((b.latitude - a.latitude) * radians) / 2) ** 2
  const width = Math.sin(((b.longitude - a.longitude) * radians) / 2) ** 2
  const h = height + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * width
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(h)))
}
