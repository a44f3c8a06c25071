import type { Queryable } from '../statement.js'

/** How many rows the planner's statistics expect; undefined where nothing is known. */
export interface Statistics {
  readonly rows: number
  /** Rows that have one of the tokens or words, which the statistics list if they are frequent. */
  tokenRows(hashes: readonly bigint[]): number
  typeRows(type: number): number
}

const lifetime = 60_000

/** Reads `pg_stats` of `resource` once a minute at most; a search never waits for it but the first time. */
export class StatisticsReader {
  readonly #clock: () => number
  #current: Promise<Statistics | undefined> | undefined
  #readAt = 0

  constructor(clock: () => number) {
    this.#clock = clock
  }

  get(database: Queryable): Promise<Statistics | undefined> {
    const now = this.#clock()
    if (!this.#current) {
      this.#readAt = now
      this.#current = readStatistics(database).catch(() => undefined)
    } else if (now - this.#readAt > lifetime) {
      this.#readAt = now
      void readStatistics(database)
        .then((statistics) => {
          this.#current = Promise.resolve(statistics)
        })
        .catch(() => undefined)
    }
    return this.#current
  }

  /** Forgets what was read, e.g. after a bulk load. */
  reset(): void {
    this.#current = undefined
  }
}

interface Row {
  readonly rows: number
  readonly elements: string | null
  readonly element_shares: number[] | null
  readonly words: string | null
  readonly word_shares: number[] | null
  readonly worded: number | null
  readonly types: string | null
  readonly type_shares: number[] | null
}

async function readStatistics(database: Queryable): Promise<Statistics | undefined> {
  const [row] = await database.query<Row>({
    text: `select c.reltuples::double precision as rows,
      t.most_common_elems::text as elements, t.most_common_elem_freqs as element_shares,
      w.most_common_elems::text as words, w.most_common_elem_freqs as word_shares,
      (1 - w.null_frac)::double precision as worded,
      y.most_common_vals::text as types, y.most_common_freqs as type_shares
    from pg_class c
    left join pg_stats t on t.schemaname = c.relnamespace::regnamespace::text and t.tablename = c.relname and t.attname = 'tokens'
    left join pg_stats w on w.schemaname = c.relnamespace::regnamespace::text and w.tablename = c.relname and w.attname = 'words'
    left join pg_stats y on y.schemaname = c.relnamespace::regnamespace::text and y.tablename = c.relname and y.attname = 'type'
    where c.oid = 'resource'::regclass`,
  })
  if (!row || row.rows <= 0 || row.elements === null) return undefined
  const { rows } = row
  const tokens = sharesOf(row.elements, row.element_shares)
  // Of the rows that have words; few have in some databases.
  for (const [word, share] of sharesOf(row.words ?? '{}', row.word_shares)) {
    tokens.set(word, share * (row.worded ?? 0))
  }
  const types = sharesOf(row.types ?? '{}', row.type_shares)
  return {
    rows,
    tokenRows: (hashes) =>
      Math.min(
        rows,
        hashes.reduce((sum, hash) => sum + (tokens.get(String(hash)) ?? 0) * rows, 0),
      ),
    typeRows: (type) => (types.get(String(type)) ?? 0.001) * rows,
  }
}

function sharesOf(list: string, shares: readonly number[] | null): Map<string, number> {
  const keys = list.slice(1, -1).split(',')
  return new Map(keys.map((key, index) => [key, shares?.[index] ?? 0]))
}
