import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { Allowance } from './limits.js'
import { UnusablePackage } from './package-error.js'
import type { PackageFile } from './read-tarball.js'

/** A file of a folder, not read yet. */
export interface ListedFile {
  readonly path: string
  /** Relative to the folder, for messages. */
  readonly name: string
  readonly bytes: number
  readonly modified: number
}

/** The JSON files that make up an unpacked package, or a plain folder. */
export interface Listing {
  readonly files: readonly ListedFile[]
  /** True where there is a package.json, so that folders inside do not belong to it. */
  readonly isPackage: boolean
}

/**
 * Lists an unpacked package (with or without `package/` inside), or everything that ends in `.json` below a plain folder.
 *
 * @throws UnusablePackage for too many files or too large ones
 */
export async function listFolder(folder: string): Promise<Listing> {
  for (const inside of [folder, path.join(folder, 'package')]) {
    const names = await readdir(inside).catch((): string[] => [])
    if (names.includes('package.json')) return { files: await statAll(inside, names), isPackage: true }
  }
  return { files: await statAll(folder, await namesBelow(folder)), isPackage: false }
}

/** Reads the files, one at a time. @throws UnusablePackage for one that cannot be read */
export async function* readListed(listing: Listing): AsyncGenerator<PackageFile> {
  for (const { path: file, name } of listing.files) {
    const bytes = await readFile(file).catch((error: Error) => {
      throw new UnusablePackage(
        `${name} cannot be read: ${error.message}.`,
        'Give the server leave to read it.',
      )
    })
    yield { name, bytes }
  }
}

async function namesBelow(folder: string, below = ''): Promise<string[]> {
  const names: string[] = []
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    const name = path.join(below, entry.name)
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    if (entry.isDirectory()) names.push(...(await namesBelow(folder, name)))
    else names.push(name)
  }
  return names
}

async function statAll(folder: string, names: readonly string[]): Promise<ListedFile[]> {
  const allowance = new Allowance()
  const files: ListedFile[] = []
  const wanted = names.filter((name) => /\.json$/i.test(name) && !path.basename(name).startsWith('.')).sort()
  const infos = await Promise.all(wanted.map((name) => stat(path.join(folder, name)).catch(() => undefined)))
  for (const [index, info] of infos.entries()) {
    const name = wanted[index]!
    if (!info?.isFile()) continue
    allowance.file(name, info.size)
    allowance.bytes(info.size)
    files.push({ path: path.join(folder, name), name, bytes: info.size, modified: info.mtimeMs })
  }
  return files
}
