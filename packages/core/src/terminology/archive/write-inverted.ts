import type { ExternalSorter } from './external-sorter.js'
import { encodePostings } from './inverted-index.js'
import type { TableWriter } from './section-writer.js'

/** Writes what `InvertedIndex` reads, from lines of a key, two zero characters and an index in ten digits. */
export function writeInverted(sorter: ExternalSorter, entries: TableWriter, postings: TableWriter): void {
  let key: string | undefined
  let indexes: number[] = []
  const flush = () => {
    if (key === undefined) return
    entries.add(key)
    postings.add(encodePostings(indexes))
    indexes = []
  }
  for (const line of sorter.sorted()) {
    const end = line.lastIndexOf('\0\0')
    const next = line.slice(0, end)
    if (next !== key) {
      flush()
      key = next
    }
    indexes.push(Number(line.slice(end + 2)))
  }
  flush()
}
