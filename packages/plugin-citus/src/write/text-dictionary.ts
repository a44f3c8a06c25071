import { LRUCache } from 'lru-cache'
import * as binary from '../binary.js'
import type { IndexRow, TextRow } from '../index-row.js'
import type { Queryable } from '../statement.js'

/** Texts that a process remembers as written. */
const capacity = 50_000

/**
 * Writes the texts of tokens to `search_text`, before the resources that have them and apart from their transactions: a
 * search that sees a resource finds its texts, and no transaction waits for another one's text. Texts recur, so most
 * resources need no write; what is known to be committed is remembered. Nothing is ever deleted: a text that no resource
 * has any more leads nowhere.
 */
export class TextDictionary {
  readonly #database: () => Queryable
  readonly #known = new LRUCache<bigint, true>({ max: capacity })
  #waiting = new Map<bigint, TextRow>()
  #next: Promise<void> | undefined
  #last: Promise<void> = Promise.resolve()

  /** @param database has a connection to spare even where every other one is in a transaction. */
  constructor(database: () => Queryable) {
    this.#database = database
  }

  /** Resolves when the texts of all rows are committed; undefined where they are already. */
  write(rows: Iterable<Pick<IndexRow, 'texts'>>): Promise<void> | undefined {
    let run: Promise<void> | undefined
    for (const { texts } of rows) {
      for (const text of texts) {
        if (this.#known.get(text.hash)) continue
        this.#waiting.set(text.hash, text)
        run ??= this.#schedule()
      }
    }
    return run
  }

  /** Forgets what was written, after it was removed. */
  clear(): void {
    this.#known.clear()
  }

  /** What comes while a statement is under way goes into the next one. */
  #schedule(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      const texts = [...this.#waiting.values()]
      this.#waiting = new Map()
      this.#next = undefined
      const run = this.#insert(texts)
      this.#last = run.catch(() => undefined)
      return run
    })
    return this.#next
  }

  /** In one order everywhere, so that two of these never wait for each other. */
  async #insert(texts: readonly TextRow[]): Promise<void> {
    const sorted = [...texts].sort((a, b) => (a.hash < b.hash ? -1 : 1))
    await this.#database().query({
      name: 'texts',
      text: `insert into search_text (bucket, param, hash, value)
        select * from unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) on conflict do nothing`,
      values: [
        binary.int4Array(sorted.map(({ hash }) => Number(hash & 0xffffn))),
        binary.int8Array(sorted.map(({ param }) => param)),
        binary.int8Array(sorted.map(({ hash }) => hash)),
        binary.textArray(sorted.map(({ value }) => value)),
      ],
    })
    for (const { hash } of sorted) this.#known.set(hash, true)
  }
}
