import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Entry, open, type ZipFile } from 'yauzl'
import { ImportError } from './import-error.js'

/** A file of a distribution. */
export interface DistributionFile {
  /** With slashes, relative to the folder or zip. */
  readonly name: string
  /** Inflated. */
  readonly bytes: number
  open(): Promise<AsyncIterable<Buffer>>
}

/** The files of a folder or of a .zip, which is read as it is. */
export interface Distribution {
  readonly path: string
  readonly files: readonly DistributionFile[]
  close(): void
}

/** @throws ImportError where there is nothing that can be read */
export async function openDistribution(given: string): Promise<Distribution> {
  const info = await stat(given).catch((error: Error) => {
    throw new ImportError(`${given} cannot be opened: ${error.message}. Check the path and its rights.`)
  })
  if (info.isDirectory()) return { path: given, files: await filesBelow(given, ''), close: () => {} }
  if (/\.zip$/i.test(given)) return openZip(given)
  const file = { name: path.basename(given), bytes: info.size, open: async () => createReadStream(given) }
  return { path: given, files: [file], close: () => {} }
}

async function filesBelow(folder: string, below: string): Promise<DistributionFile[]> {
  const found: DistributionFile[] = []
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    const full = path.join(folder, name)
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, name)))
    else if (entry.isFile()) {
      found.push({ name, bytes: (await stat(full)).size, open: async () => createReadStream(full) })
    }
  }
  return found
}

async function openZip(file: string): Promise<Distribution> {
  const failed = (error: Error) =>
    new ImportError(`${file} is no zip that can be read: ${error.message}. Fetch it again, or unpack it.`)
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error ? reject(failed(error)) : resolve(opened),
    )
  })
  const entries = await new Promise<Entry[]>((resolve, reject) => {
    const all: Entry[] = []
    zip.on('entry', (entry: Entry) => {
      all.push(entry)
      zip.readEntry()
    })
    zip.once('end', () => resolve(all))
    zip.once('error', (error: Error) => reject(failed(error)))
    zip.readEntry()
  })
  const files = entries
    .filter((entry) => !entry.fileName.endsWith('/'))
    .map((entry) => ({
      name: entry.fileName,
      bytes: entry.uncompressedSize,
      open: () =>
        new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
          zip.openReadStream(entry, (error, stream) =>
            error ? reject(failed(error)) : resolve(stream as AsyncIterable<Buffer>),
          )
        }),
    }))
  return { path: file, files, close: () => zip.close() }
}
