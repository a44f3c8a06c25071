import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Contents, Sink } from './contents.js'
import { MemoryPackWriter, openPack, type Pack, PackWriter } from './pack-file.js'
import { UnusablePackage } from './package-error.js'

/** Unused for so long, a pack goes. */
export const keptDays = 30
const day = 24 * 60 * 60 * 1000

/** What came of asking for a pack. */
export interface CachedPack {
  readonly pack: Pack
  /** True where it was there already. */
  readonly warm: boolean
  /** Why it is in memory though it should be in a file. */
  readonly warning?: string
}

/** In the place that the system has for such things. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env.XDG_CACHE_HOME || env.LOCALAPPDATA || path.join(env.HOME || os.homedir(), '.cache')
  return path.join(base, 'anamnesis', 'packages')
}

/**
 * The pack of this key, made at the first time. It is written under a name of its own and renamed when it is whole, so that
 * several servers may start at once.
 *
 * @param dir `false` for memory only
 * @throws UnusablePackage from `make`; any other failure is taken for one of the folder
 */
export async function cachedPack(
  dir: string | false,
  key: string,
  make: (sink: Sink) => Promise<Contents>,
): Promise<CachedPack> {
  if (dir === false) return { pack: await inMemory(make), warm: false }
  const file = path.join(dir, `${key}.pack`)
  const known = openPack(file)
  if (known) {
    // Tells the cleaning that it is in use. A read-only folder is as good.
    const now = new Date()
    await utimes(file, now, now).catch(() => {})
    return { pack: known, warm: true }
  }
  const temporary = path.join(dir, `${key}.${randomBytes(6).toString('hex')}.part`)
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await writePack(temporary, make)
    await rename(temporary, file)
    const pack = openPack(file)
    if (pack) return { pack, warm: false }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    if (error instanceof UnusablePackage) throw error
    return { pack: await inMemory(make), warm: false, warning: unwritable(dir, (error as Error).message) }
  }
  return { pack: await inMemory(make), warm: false, warning: unwritable(dir, 'it loses what is written') }
}

/** Removes packs that nobody has used for a month, and what an interrupted start has left. */
export async function cleanCache(dir: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const age = /\.pack$/.test(name) ? keptDays * day : /\.part$/.test(name) ? day : undefined
    if (age === undefined) continue
    const file = path.join(dir, name)
    const info = await stat(file).catch(() => undefined)
    // Another server may do the same, or hold it open.
    if (info && now - info.mtimeMs > age) await rm(file, { force: true }).catch(() => {})
  }
}

async function writePack(file: string, make: (sink: Sink) => Promise<Contents>): Promise<void> {
  const writer = await PackWriter.create(file)
  try {
    await writer.finish(await make(writer))
  } finally {
    await writer.close()
  }
}

async function inMemory(make: (sink: Sink) => Promise<Contents>): Promise<Pack> {
  const writer = new MemoryPackWriter()
  return writer.pack(await make(writer))
}

function unwritable(dir: string, reason: string): string {
  return `the unpacked definitions are kept in memory, because ${dir} cannot be written (${reason}); name a folder that can be as the cache folder of packages`
}
