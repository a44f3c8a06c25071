import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { Allowance } from './limits.js'
import { UnusablePackage } from './package-error.js'

/** A JSON file of a package. */
export interface PackageFile {
  /** For messages only. */
  readonly name: string
  readonly bytes: Buffer
}

/**
 * The JSON files of `package/` in a package.tgz, in its order. Nothing is written anywhere, so names can do no harm; sizes are
 * limited.
 *
 * @throws UnusablePackage where it is no gzipped tar, is cut off, or is too large
 */
export async function* readTarball(file: string): AsyncGenerator<PackageFile> {
  const allowance = new Allowance()
  const gunzip = createGunzip()
  const tar = extract()
  gunzip.on('data', (chunk: Buffer) => {
    try {
      allowance.bytes(chunk.length)
    } catch (error) {
      gunzip.destroy(error as Error)
    }
  })
  // An error of any stream reaches the loop through the last one.
  pipeline(createReadStream(file), gunzip, tar, () => {})
  try {
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header
      allowance.file(name, type === 'file' ? size : 0)
      const base = type === 'file' ? jsonOfPackage(name) : undefined
      if (base === undefined) {
        entry.resume()
        continue
      }
      const parts: Buffer[] = []
      for await (const part of entry) parts.push(part as Buffer)
      yield { name: base, bytes: Buffer.concat(parts) }
    }
  } catch (error) {
    if (error instanceof UnusablePackage) throw error
    throw new UnusablePackage(
      `expected a gzipped tar as packages are, found something else or one cut off (${(error as Error).message}).`,
      'Fetch it again and compare its size; unpack it with tar -xzf to see.',
    )
  }
}

/** Only files directly in `package/` belong to it; its folders hold examples and the like. */
function jsonOfPackage(name: string): string | undefined {
  const [, base] = /^(?:\.\/)?(?:package\/)?([^/]+\.json)$/i.exec(name.split(path.win32.sep).join('/')) ?? []
  return base?.startsWith('.') ? undefined : base
}
