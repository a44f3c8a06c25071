import type { Definitions, StoredResource } from '@anamnesis/core'
import { type RawRow, toResource } from '../sql/search.js'
import type { Queryable } from '../statement.js'
import { typeNumber } from '../types.js'

/** Live resources that were indexed under an older generation, along the index of (type, seq). */
export async function readOutdated(
  database: Queryable,
  definitions: Definitions,
  type: string,
  generation: bigint,
  { after = -1n, limit }: { readonly after?: bigint; readonly limit: number },
): Promise<StoredResource[]> {
  const rows = await database.query<RawRow>({
    name: 'outdated',
    text: `select type, id, version, seq, content from resource
      where type = $1 and seq > $2 and generation < $3 and not deleted order by seq limit $4`,
    values: [typeNumber(definitions, type), after, generation, limit],
  })
  return rows.map((row) => toResource(definitions, row))
}

export async function countOutdated(
  database: Queryable,
  definitions: Definitions,
  type: string,
  generation: bigint,
): Promise<{ readonly total: number; readonly outdated: number }> {
  const [row] = await database.query<{ total: bigint; outdated: bigint }>({
    text: `select count(*) as total, count(*) filter (where generation < $2) as outdated from resource
      where type = $1 and not deleted`,
    values: [typeNumber(definitions, type), generation],
  })
  return { total: Number(row!.total), outdated: Number(row!.outdated) }
}
