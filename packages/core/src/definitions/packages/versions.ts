/**
 * Which of two business versions is the higher: by number where parts are numbers (`1.10.0` after `1.9.0`, dates too), a
 * pre-release (`2.0.0-ballot`) before its release, none at all before any.
 *
 * @returns below, above or equal to 0, as `Array.sort` takes it
 */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const [coreA, preA] = split(a)
  const [coreB, preB] = split(b)
  const core = compareParts(coreA, coreB)
  if (core !== 0) return core
  if (preA === undefined || preB === undefined) return Number(preA === undefined) - Number(preB === undefined)
  return compareParts(preA, preB)
}

/** Whether a version is the one asked for, or one of those that a partial version (`1.2`, `1.2.x`) stands for. */
export function versionMatches(version: string | undefined, asked: string): boolean {
  if (version === undefined) return false
  if (version === asked) return true
  const partial = asked.replace(/\.[x*]$/i, '')
  return /^\d+(\.\d+)?$/.test(partial) && version.startsWith(`${partial}.`)
}

/** Dates have hyphens too: a pre-release follows a number with dots. Build metadata does not count. */
function split(version: string): readonly [core: string, preRelease: string | undefined] {
  const [, core, preRelease] = /^v?(\d+(?:\.\d+)+)-([^+]+)/.exec(version) ?? []
  return core === undefined ? [version.replace(/^v(?=\d)|\+.*$/g, ''), undefined] : [core, preRelease]
}

function compareParts(a: string, b: string): number {
  const left = a.split(/[.-]/)
  const right = b.split(/[.-]/)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = comparePart(left[index], right[index])
    if (order !== 0) return order
  }
  return 0
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  const numbers = /^\d+$/.test(a) && /^\d+$/.test(b)
  if (numbers && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : 1
}
