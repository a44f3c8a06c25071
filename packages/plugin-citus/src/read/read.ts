import type { Clause, Definitions, ResourceKey, StoredResource } from '@anamnesis/core'
import { int2Array, int4Array, textArray } from '../binary.js'
import { bucketOf, isServerMade } from '../ids.js'
import { toConditions } from '../sql/condition.js'
import { Parameters, type SqlContext } from '../sql/context.js'
import type { Queryable } from '../statement.js'
import { typeNumber } from '../types.js'

interface Row {
  readonly version: number
  readonly seq: bigint
  readonly deleted: boolean
  readonly moved_to: number | null
  readonly content: string | null
}

const columns = 'r.version, r.seq, r.deleted, r.moved_to, r.content'

const byKey = `select ${columns} from resource r where r.bucket = $1 and r.type = $2 and r.id = $3`

/** The second part runs only where the first finds nothing. */
const byKeyOrLocation = `${byKey} union all
select ${columns} from resource_location l join resource r on r.bucket = l.bucket and r.type = l.type and r.id = l.id
where l.id = $3 and l.type = $2 and l.bucket <> $1
limit 1`

const byLocation = `select ${columns}
from resource_location l join resource r on r.bucket = l.bucket and r.type = l.type and r.id = l.id
where l.id = $1 and l.type = $2`

/** One current version, by one prepared statement where the id says where it is. */
export async function readOne(
  database: Queryable,
  definitions: Definitions,
  key: ResourceKey,
): Promise<StoredResource | undefined> {
  const type = typeNumber(definitions, key.type)
  const made = isServerMade(key.id)
  const values = [bucketOf(key.id), type, key.id]
  let [row] = await database.query<Row>(
    made ? { name: 'read', text: byKey, values } : { name: 'read-client-id', text: byKeyOrLocation, values },
  )
  if (!row && made) {
    // A member whose id was made without regard to its patient.
    ;[row] = await database.query<Row>({ name: 'read-location', text: byLocation, values: [key.id, type] })
  }
  for (; row?.moved_to != null; ) {
    ;[row] = await database.query<Row>({ name: 'read', text: byKey, values: [row.moved_to, type, key.id] })
  }
  return row && toStored(key, row)
}

function toStored({ type, id }: ResourceKey, { version, seq, deleted, content }: Row): StoredResource {
  return { type, id, version, seq, deleted, content: content ?? '' }
}

interface ManyRow extends Row {
  readonly n: number
}

/** Current versions in the order of the keys, with one statement. */
export async function readMany(
  database: Queryable,
  definitions: Definitions,
  keys: readonly ResourceKey[],
  access: readonly Clause[],
): Promise<(StoredResource | undefined)[]> {
  const parameters = new Parameters()
  const context: SqlContext = {
    definitions,
    parameters,
    types: [...new Set(keys.map(({ type }) => type))],
    row: 'r',
  }
  const buckets = parameters.add(int4Array(keys.map(({ id }) => bucketOf(id))), 'int[]')
  const types = parameters.add(int2Array(keys.map(({ type }) => typeNumber(definitions, type))), 'smallint[]')
  const ids = parameters.add(textArray(keys.map(({ id }) => id)), 'text[]')
  const rows = await database.query<ManyRow>({
    purpose: 'Reads resources by key',
    text:
      `select k.n::int as n, ${columns} from (select k.n, k.type, k.id, coalesce(l.bucket, k.bucket) as bucket` +
      ` from unnest(${buckets}, ${types}, ${ids}) with ordinality k(bucket, type, id, n)` +
      ' left join resource_location l on l.id = k.id and l.type = k.type) k' +
      ' cross join lateral (select * from resource r where r.bucket = k.bucket and r.type = k.type and r.id = k.id) r' +
      ` where ${['r.moved_to is null', ...toConditions(context, access)].join(' and ')}`,
    values: parameters.values,
  })
  const found: (StoredResource | undefined)[] = keys.map(() => undefined)
  for (const row of rows) found[row.n - 1] = toStored(keys[row.n - 1]!, row)
  return found
}

/** One version; `access` judges it by its own compartment. */
export async function readVersion(
  database: Queryable,
  definitions: Definitions,
  key: ResourceKey,
  version: number,
  access: readonly Clause[],
): Promise<StoredResource | undefined> {
  const parameters = new Parameters()
  const context: SqlContext = { definitions, parameters, types: [key.type], row: 'h', onVersion: true }
  const type = parameters.add(typeNumber(definitions, key.type), 'smallint')
  const id = parameters.add(key.id, 'text')
  const number = parameters.add(version, 'int')
  const bucket = locatedBucket(parameters, key)
  const wanted = `bucket = (${bucket}) and type = ${type} and id = ${id} and version = ${number}`
  const versionColumns = 'bucket, type, id, version, seq, deleted, moved_to, patient, patients, content'
  const [row] = await database.query<Row>({
    ...(access.length === 0 ? { name: 'vread' } : {}),
    text:
      `select version, seq, deleted, content from (select ${versionColumns} from resource where ${wanted} and moved_to is null` +
      ` union all select ${versionColumns.replace('moved_to', 'null')} from resource_history where ${wanted}) h` +
      ` where ${['true', ...toConditions(context, access)].join(' and ')} limit 1`,
    values: parameters.values,
  })
  return row && toStored(key, row)
}

/** An expression for the bucket of a resource. */
export function locatedBucket(parameters: Parameters, { id }: ResourceKey): string {
  const home = parameters.add(bucketOf(id), 'int')
  return `coalesce((select l.bucket from resource_location l where l.id = $2 and l.type = $1), ${home})`
}
