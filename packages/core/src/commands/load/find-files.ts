import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { UsageError } from '../command.js'

/** A file to load. */
export interface SourceFile {
  readonly path: string
  /** How it is called in messages: relative to the folder that was given. */
  readonly name: string
  /** On disk. */
  readonly bytes: number
  readonly format: 'json' | 'ndjson' | 'xml'
  readonly gzip: boolean
}

/** Files that may be sent together, after those of the stages before. */
export interface Stage {
  readonly files: readonly SourceFile[]
  /** One after the other, in order of their names. */
  readonly ordered: boolean
}

const accepted = /\.(json|ndjson|xml)(\.gz)?$/i

/** What others refer to, and Synthea's names for it: `0-` orders a folder by hand. */
const leading =
  /^(0-|(hospital|practitioner)Information|(Organization|Location|Practitioner|PractitionerRole|HealthcareService)\b)/i
/** In bulk exports, one file or more per type. */
const followedByOthers = /^(Patient|Medication|Substance|Device|Specimen|Encounter)\b.*\.ndjson/i

/**
 * Finds what to load: the given files, and everything with a known ending below the given folders.
 *
 * @throws UsageError for a path that does not exist, or a file of another kind
 */
export async function findFiles(paths: readonly string[], cwd: string): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>()
  for (const given of paths) {
    const absolute = path.resolve(cwd, given)
    const info = await stat(absolute).catch(() => undefined)
    if (!info) throw new UsageError(`${given} does not exist.`)
    if (!info.isDirectory()) {
      if (!accepted.test(given)) {
        throw new UsageError(`${given} is no .json, .ndjson or .xml file, nor one of these with .gz.`)
      }
      found.set(absolute, describe(absolute, path.basename(absolute), info.size))
      continue
    }
    for (const entry of await readdir(absolute, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !accepted.test(entry.name)) continue
      const file = path.join(entry.parentPath ?? entry.path, entry.name)
      found.set(file, describe(file, path.relative(absolute, file), (await stat(file)).size))
    }
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name))
}

/** Puts organisations and practitioners first, then what else others refer to, then the rest. */
export function stagesOf(files: readonly SourceFile[]): Stage[] {
  const first = files.filter((file) => leading.test(path.basename(file.name)))
  const second = files.filter(
    (file) => !first.includes(file) && followedByOthers.test(path.basename(file.name)),
  )
  const rest = files.filter((file) => !first.includes(file) && !second.includes(file))
  return [
    { files: first.sort((a, b) => compare(leadingOrder(a), leadingOrder(b))), ordered: true },
    { files: second, ordered: false },
    { files: rest, ordered: false },
  ].filter((stage) => stage.files.length > 0)
}

/** Names sort by themselves, but for bulk files: roles come after the practitioners and places they join. */
function leadingOrder(file: SourceFile): string {
  const name = path.basename(file.name)
  const types = ['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'HealthcareService']
  const rank = types.findIndex((type) => new RegExp(`^${type}\\b`, 'i').test(name))
  return `${rank + 1}${name}`
}

function describe(file: string, name: string, bytes: number): SourceFile {
  return {
    path: file,
    name,
    bytes,
    format: (accepted.exec(file)?.[1]?.toLowerCase() ?? 'json') as SourceFile['format'],
    gzip: /\.gz$/i.test(file),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
