import { earthRadius, type NearClause } from '@anamnesis/core'
import { either, isOneOf, parameterHashes, type SqlContext } from './context.js'

/** Latitudes get this much wider than the distance, in degrees, so that rounding leaves nothing out. */
const margin = 1e-9

/** The condition on a row `s` of `search_position`: within the band of latitudes, and then within the distance. */
export function nearTest(context: SqlContext, { param, values }: NearClause): string {
  const { parameters } = context
  const degrees = (value: number) => parameters.add(value, 'double precision')
  const tests = values.map(({ latitude, longitude, distance }) => {
    const reach = ((distance / earthRadius) * 180) / Math.PI + margin
    const [lat, long] = [degrees(latitude), degrees(longitude)]
    const h =
      `power(sin(radians(s.latitude - ${lat}) / 2), 2)` +
      ` + cos(radians(${lat})) * cos(radians(s.latitude)) * power(sin(radians(s.longitude - ${long}) / 2), 2)`
    return (
      `(s.latitude >= ${degrees(latitude - reach)} and s.latitude <= ${degrees(latitude + reach)}` +
      ` and 2 * ${earthRadius} * asin(least(1, sqrt(${h}))) <= ${degrees(distance)})`
    )
  })
  return `${isOneOf(context, 's.param', parameterHashes(context, param))} and ${either(tests)}`
}

export function nearCondition(context: SqlContext, clause: NearClause): string {
  const { row } = context
  return (
    `exists (select from search_position s where s.bucket = ${row}.bucket and s.seq = ${row}.seq` +
    ` and ${nearTest(context, clause)})`
  )
}
