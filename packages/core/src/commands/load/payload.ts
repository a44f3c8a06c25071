import { createHash } from 'node:crypto'
import { parseJson, stringifyJson } from '../../fhir/json.js'
import type { SourceFile } from './find-files.js'
import { openFile, readAll, readLines } from './read-text.js'

/** What one entry of a bundle asks for, and how it is called in messages. */
export interface PayloadEntry {
  readonly method: string
  /** The resource type that it is counted under. */
  readonly type: string
  /** `entry[3] (urn:uuid:...)`, `line 17 (Patient/a)`. */
  readonly label: string
  /** Whether sending it twice leaves the same as sending it once. */
  readonly repeatable: boolean
}

/** One request: a bundle ready to be sent. */
export interface Payload {
  readonly file: SourceFile
  /** Hash of the content: the same text is the same payload, whatever its file is called. */
  readonly key: string
  /** The file's own bytes wherever they are a transaction or batch already. */
  readonly body: string | Buffer
  readonly entries: readonly PayloadEntry[]
  /** Part of the file on disk that this stands for. */
  readonly bytes: number
  /** The same without the entries that the server has; undefined for a transaction, which is all or nothing. */
  readonly without?: (done: ReadonlySet<number>) => Payload
}

/** Something in a file that cannot be sent. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

interface BundleEntry {
  readonly fullUrl?: string
  readonly resource?: { readonly resourceType?: string; readonly id?: string }
  readonly request?: { readonly method?: string; readonly url?: string; readonly ifNoneExist?: string }
  readonly search?: { readonly mode?: string }
}

/** An entry of a batch that is put together here: its text as it was, and its request. */
interface Part {
  readonly text: string
  readonly entry: PayloadEntry
}

const jsonLimit = 256_000_000
const lineLimit = 64_000_000
/** Resources and bytes of a batch put together here. */
const batchSize = 100
const batchBytes = 4_000_000

/**
 * The requests that a file becomes. A transaction or batch is sent as it is, byte for byte (XML as its JSON); the resources of any other
 * file go into batches of PUTs (POSTs for those without an id), their text unchanged, so that decimals keep their digits.
 *
 * Yields an UnreadableError for a part that cannot be sent, and goes on with the next.
 */
export async function* payloadsOf(file: SourceFile): AsyncGenerator<Payload | UnreadableError> {
  try {
    if (file.format === 'ndjson') yield* fromLines(file)
    else yield* fromJson(file)
  } catch (error) {
    yield new UnreadableError(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function* fromJson(file: SourceFile): AsyncGenerator<Payload | UnreadableError> {
  const read = withoutByteOrderMark(await readAll(file, jsonLimit))
  const source = new TextDecoder('utf-8', { fatal: true }).decode(read)
  const text = file.format === 'xml' ? await jsonOf(source) : source
  const bytes = file.format === 'xml' ? Buffer.from(text) : read
  const content = readJson(text) as {
    resourceType?: string
    type?: string
    entry?: BundleEntry[]
  } | null
  if (typeof content?.resourceType !== 'string')
    throw new Error('it is no FHIR resource: resourceType is missing.')
  const isBundle = content.resourceType === 'Bundle'
  if (isBundle && (content.type === 'transaction' || content.type === 'batch')) {
    const entries = (content.entry ?? []).map(describeEntry)
    const payload = { file, key: hash(bytes), body: bytes, entries, bytes: file.bytes }
    if (content.type === 'transaction') yield payload
    else yield { ...payload, without: (done) => trimBatch(payload, content.entry ?? [], done) }
    return
  }
  if (isBundle && content.type === 'history') {
    throw new Error('it is a history bundle, which cannot be loaded: versions are made by the server.')
  }
  const parts =
    isBundle && (content.type === 'collection' || content.type === 'searchset')
      ? partsOfBundle(content.entry ?? [])
      : [resourcePart(text, content, 'resource')]
  yield* batchesOf(file, parts, () => file.bytes)
}

async function* fromLines(file: SourceFile): AsyncGenerator<Payload | UnreadableError> {
  const open = openFile(file)
  const problems: UnreadableError[] = []
  async function* parts(): AsyncGenerator<Part> {
    let number = 0
    for await (const line of readLines(open.chunks, lineLimit)) {
      number++
      const text = (number === 1 ? line.replace(/^\uFEFF/, '') : line).trim()
      if (text === '') continue
      try {
        yield resourcePart(text, readJson(text), `line ${number}`)
      } catch (error) {
        problems.push(new UnreadableError(`line ${number} cannot be read: ${(error as Error).message}`))
      }
    }
  }
  for await (const batch of batchesOf(file, parts(), open.position)) {
    yield* problems.splice(0)
    yield batch
  }
  yield* problems
}

async function* batchesOf(
  file: SourceFile,
  parts: Iterable<Part> | AsyncIterable<Part>,
  position: () => number,
): AsyncGenerator<Payload> {
  let batch: Part[] = []
  let size = 0
  let accounted = 0
  const flush = () => {
    const bytes = position() - accounted
    accounted += bytes
    const payload = batchPayload(file, batch, bytes)
    batch = []
    size = 0
    return payload
  }
  for await (const part of parts) {
    if (batch.length > 0 && (batch.length >= batchSize || size + part.text.length > batchBytes)) yield flush()
    batch.push(part)
    size += part.text.length
  }
  if (batch.length > 0) yield flush()
}

function batchPayload(file: SourceFile, parts: readonly Part[], bytes: number, key?: string): Payload {
  const body = `{"resourceType":"Bundle","type":"batch","entry":[${parts.map((part) => part.text).join(',')}]}`
  const ownKey = key ?? hash(body)
  return {
    file,
    key: ownKey,
    body,
    entries: parts.map((part) => part.entry),
    bytes,
    without: (done) =>
      batchPayload(
        file,
        parts.filter((_, index) => !done.has(index)),
        bytes,
        ownKey,
      ),
  }
}

/** A batch file of which the server has a part already: the only case where a ready bundle is put together anew. */
function trimBatch(payload: Payload, entries: readonly BundleEntry[], done: ReadonlySet<number>): Payload {
  const parts = entries.map((entry, index) => ({
    text: stringifyJson(entry),
    entry: payload.entries[index]!,
  }))
  return batchPayload(
    payload.file,
    parts.filter((_, index) => !done.has(index)),
    payload.bytes,
    payload.key,
  )
}

function partsOfBundle(entries: readonly BundleEntry[]): Part[] {
  return entries.flatMap((entry, index) => {
    if (entry.resource === undefined || entry.search?.mode === 'outcome') return []
    return [resourcePart(stringifyJson(entry.resource), entry.resource, `entry[${index}]`)]
  })
}

function resourcePart(text: string, content: unknown, place: string): Part {
  const resource = content as { resourceType?: string; id?: string } | null
  const type = resource?.resourceType
  if (typeof type !== 'string') throw new Error('it is no FHIR resource: resourceType is missing.')
  const id = resource?.id
  const url = id === undefined ? type : `${type}/${id}`
  const method = id === undefined ? 'POST' : 'PUT'
  return {
    text: `{"request":{"method":"${method}","url":${JSON.stringify(url)}},"resource":${text}}`,
    entry: { method, type, label: `${place} (${url})`, repeatable: method === 'PUT' },
  }
}

function describeEntry({ fullUrl, resource, request }: BundleEntry, index: number): PayloadEntry {
  const method = request?.method ?? ''
  const name = fullUrl ?? request?.url
  return {
    method,
    type: resource?.resourceType ?? request?.url?.split(/[/?]/)[0] ?? 'unknown',
    label: name === undefined ? `entry[${index}]` : `entry[${index}] (${name})`,
    repeatable: /^(GET|HEAD|PUT|DELETE)$/.test(method) || request?.ifNoneExist !== undefined,
  }
}

/** The JSON text of a resource in XML. The definitions are loaded by those who need them. */
async function jsonOf(xml: string): Promise<string> {
  const [{ readXml }, { r4 }] = await Promise.all([
    import('../../definitions/xml/read-xml.js'),
    import('../../definitions/r4.js'),
  ])
  try {
    return stringifyJson(readXml(xml, r4))
  } catch (error) {
    throw new Error((error as Error).message.replace(/, not '.*?'(?=, at line)/s, ''))
  }
}

/** Says where the text is wrong without quoting it, since it may be a patient's. */
function readJson(text: string): unknown {
  try {
    return parseJson(text).value
  } catch (error) {
    throw new Error((error as Error).message.replace(/, found "(?:[^"\\]|\\.)*"/, ''))
  }
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
