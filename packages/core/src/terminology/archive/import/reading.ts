import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type { DistributionFile } from './distribution.js'
import { ImportError } from './import-error.js'

/** What an import tells while it reads, and how it is stopped. */
export interface ImportWatch {
  /** More bytes of the distribution are through. */
  read(bytes: number): void
  readonly signal: AbortSignal
}

/** A row by the names of its columns; a column that is not there reads as empty. */
export type Row = (column: string) => string

/**
 * Rows of a file of RF2: columns between tabs, no quotes
 * (https://confluence.ihtsdotools.org/display/DOCRELFMT).
 *
 * @throws ImportError where a column that is needed is not there
 */
export async function* readTabs(
  file: DistributionFile,
  columns: readonly string[],
  watch: ImportWatch,
): AsyncGenerator<Row> {
  let index: ReadonlyMap<string, number> | undefined
  let cells: readonly string[] = []
  const row: Row = (column) => cells[index?.get(column) ?? -1] ?? ''
  for await (const line of lines(file, watch)) {
    cells = line.split('\t')
    if (index) yield row
    else index = columnsOf(file, cells, columns)
  }
  if (!index) columnsOf(file, [], columns)
}

/**
 * Rows of a file of comma-separated values with quotes, as LOINC has them.
 *
 * @throws ImportError where it is none, or a column that is needed is not there
 */
export async function* readCsv(
  file: DistributionFile,
  columns: readonly string[],
  watch: ImportWatch,
): AsyncGenerator<Row> {
  const parser = Readable.from(readChunks(file, watch)).pipe(parse({ bom: true, relax_column_count: true }))
  let index: ReadonlyMap<string, number> | undefined
  let cells: readonly string[] = []
  const row: Row = (column) => cells[index?.get(column) ?? -1] ?? ''
  try {
    for await (const record of parser) {
      cells = record
      if (index) yield row
      else index = columnsOf(file, cells, columns)
    }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error && String(error.code).startsWith('CSV_'))) throw error
    throw new ImportError(`${file.name} is no CSV that can be read: ${error.message}. Unpack it again.`)
  }
  if (!index) columnsOf(file, [], columns)
}

/** The bytes of a file as they come. @throws what the signal is aborted with */
export async function* readChunks(file: DistributionFile, watch: ImportWatch): AsyncGenerator<Buffer> {
  for await (const chunk of await file.open()) {
    watch.signal.throwIfAborted()
    watch.read(chunk.length)
    yield chunk
  }
}

/** Only one line and one chunk are held at a time. */
async function* lines(file: DistributionFile, watch: ImportWatch): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of readChunks(file, watch)) {
    const found = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
    rest = found.pop() ?? ''
    yield* found
  }
  if (rest !== '') yield rest
}

function columnsOf(
  file: DistributionFile,
  head: readonly string[],
  needed: readonly string[],
): ReadonlyMap<string, number> {
  const index = new Map(head.map((name, at) => [name.trim(), at]))
  const missing = needed.filter((name) => !index.has(name))
  if (missing.length === 0) return index
  throw new ImportError(
    `${file.name}: expected the columns ${needed.join(', ')}, found none named ${missing.join(', ')}. Give the distribution as it was published.`,
  )
}
