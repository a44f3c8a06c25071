import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { AnyResource } from '../../fhir/types.js'
import { Recent } from '../recent.js'
import { Catalog } from './catalog.js'
import { type Contents, gather, type Sink } from './contents.js'
import { missingDependencies } from './dependencies.js'
import { type CachedPack, cachedPack, cleanCache, defaultCacheDir } from './pack-cache.js'
import type { Pack } from './pack-file.js'
import { PackageError, type PackageProblem, UnusablePackage } from './package-error.js'
import type { PackageInfo, PackageOptions, PackageSource } from './package-source.js'
import { listFolder, readListed } from './read-folder.js'
import { readTarball } from './read-tarball.js'

/** Raised when what is kept of a package changes. */
const layout = 'contents-1'

export const defaultKeptCharacters = 64 * 1024 * 1024

interface Opened {
  readonly info: PackageInfo
  readonly pack: Pack
}

/**
 * Opens FHIR packages: `package.tgz`, unpacked ones, plain folders of JSON resources, single JSON files (a Bundle, a
 * resource). Relative paths are read from the working directory.
 *
 * @throws PackageError that names every path that cannot be used, what is wrong with it and what to do
 */
export async function openPackages(
  paths: readonly string[],
  options: PackageOptions = {},
): Promise<PackageSource> {
  const cacheDir = options.cacheDir ?? defaultCacheDir()
  const opened: Opened[] = []
  const problems: PackageProblem[] = []
  for (const each of paths) {
    try {
      opened.push(await openOne(each, cacheDir, options))
    } catch (error) {
      if (!(error instanceof UnusablePackage)) throw error
      problems.push({ path: each, found: error.message, remedy: error.remedy })
    }
  }
  if (cacheDir !== false && paths.length > 0) await cleanCache(cacheDir)
  if (problems.length > 0) {
    for (const { pack } of opened) pack.close()
    throw new PackageError(problems)
  }
  return sourceOf(opened, options)
}

async function openOne(given: string, cacheDir: string | false, options: PackageOptions): Promise<Opened> {
  const start = performance.now()
  const absolute = path.resolve(given)
  const info = await stat(absolute).catch((error: Error) => {
    throw new UnusablePackage(`it cannot be opened: ${error.message}.`, 'Check the path and its rights.')
  })
  const { pack, warm, warning } = await packOf(absolute, info, cacheDir)
  const { contents } = pack
  const name = path.basename(absolute)
  const opened: PackageInfo = {
    ...(contents.manifest ?? { name, fhirVersions: [], dependencies: {} }),
    path: given,
    counts: contents.counts,
    warnings: [...contents.warnings, ...(warning ? [warning] : [])],
  }
  const resources = Object.values(contents.counts).reduce((sum, count) => sum + count, 0)
  const ms = Math.round(performance.now() - start)
  options.log?.info(
    {
      package: opened.name,
      version: opened.version,
      resources,
      definitions: contents.places.length,
      ms,
      warm,
    },
    `package ${[opened.name, opened.version].filter(Boolean).join(' ')}: ${resources} resources in ${ms} ms`,
  )
  for (const each of opened.warnings) options.log?.warn({ package: opened.name }, each)
  return { info: opened, pack }
}

async function packOf(absolute: string, info: Stats, cacheDir: string | false): Promise<CachedPack> {
  if (info.isDirectory()) {
    const listing = await listFolder(absolute)
    const stamp = listing.files.map(({ name, bytes, modified }) => [name, bytes, modified])
    const key = hashOf(JSON.stringify([absolute, listing.isPackage, stamp]))
    return cachedPack(cacheDir, key, (sink) => gather(readListed(listing), !listing.isPackage, sink))
  }
  const plain = /\.json$/i.test(absolute)
  if (!plain && !/\.(tgz|tar\.gz)$/i.test(absolute)) {
    throw new UnusablePackage(
      'expected a package.tgz, a folder or a JSON file, found something else.',
      'Give the file its ending, or unpack it and give the folder.',
    )
  }
  const hash = createHash('sha256').update(`${layout} ${plain}\n`)
  await pipeline(createReadStream(absolute), hash)
  const make = (sink: Sink): Promise<Contents> =>
    gather(plain ? readListed(single(absolute, info)) : readTarball(absolute), plain, sink)
  return cachedPack(cacheDir, hash.digest('hex').slice(0, 40), make)
}

function single(absolute: string, { size, mtimeMs }: Stats) {
  const file = { path: absolute, name: path.basename(absolute), bytes: size, modified: mtimeMs }
  return { files: [file], isPackage: false }
}

function hashOf(text: string): string {
  return createHash('sha256').update(`${layout}\n${text}`).digest('hex').slice(0, 40)
}

function sourceOf(opened: readonly Opened[], options: PackageOptions): PackageSource {
  const catalog = new Catalog(opened.map(({ pack }) => pack.contents.places))
  const packages = opened.map(({ info }) => info)
  const parsed = new Recent<AnyResource>(options.keptCharacters ?? defaultKeptCharacters)
  const together = missingDependencies(packages)
  for (const each of together) options.log?.warn({}, each)
  let closed = false
  return {
    packages,
    warnings: [...packages.flatMap(({ warnings }) => warnings), ...together],
    find(type, url, version) {
      const entry = closed ? undefined : catalog.find(type, url, version)
      if (!entry) return undefined
      const { owner, offset, length } = entry
      return parsed.get(`${owner} ${offset}`, length, () =>
        JSON.parse(opened[owner]!.pack.read(offset, length).toString('utf8')),
      )
    },
    list: (type) =>
      [...catalog.list(type)].map(({ url, version, owner }) => ({
        url,
        ...(version === undefined ? {} : { version }),
        package: packages[owner]!.name,
      })),
    close() {
      closed = true
      for (const { pack } of opened) pack.close()
    },
  }
}
