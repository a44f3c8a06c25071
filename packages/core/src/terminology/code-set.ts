/** A code in its system. */
export interface Code {
  readonly system: string
  readonly code: string
}

/**
 * A set of codes that needs no list where it has a whole system: `true` stands for all its codes, known or not.
 * Which codes there are is only asked where a part of a system is taken away.
 */
export type CodeSet = ReadonlyMap<string, true | ReadonlySet<string>>

export function union(sets: readonly CodeSet[]): CodeSet {
  const [only] = sets
  if (only && sets.length === 1) return only
  const result = new Map<string, true | Set<string>>()
  for (const set of sets) {
    for (const [system, codes] of set) {
      const before = result.get(system)
      if (before === true) continue
      if (codes === true) result.set(system, true)
      else if (before) for (const code of codes) before.add(code)
      else result.set(system, new Set(codes))
    }
  }
  return result
}

export function intersection(sets: readonly CodeSet[]): CodeSet {
  const [first, ...others] = sets
  return others.reduce<CodeSet>(intersect, first ?? new Map())
}

function intersect(a: CodeSet, b: CodeSet): CodeSet {
  const result = new Map<string, true | ReadonlySet<string>>()
  for (const [system, codes] of a) {
    const other = b.get(system)
    if (other === undefined) continue
    if (codes === true) result.set(system, other)
    else result.set(system, other === true ? codes : new Set([...codes].filter((code) => other.has(code))))
  }
  return result
}

/** @param all every code of a system; throws where they are not known. */
export function difference(
  from: CodeSet,
  without: CodeSet,
  all: (system: string) => Iterable<string>,
): CodeSet {
  const result = new Map<string, true | ReadonlySet<string>>()
  for (const [system, codes] of from) {
    const excluded = without.get(system)
    if (excluded === undefined) result.set(system, codes)
    else if (excluded !== true) {
      const known = codes === true ? all(system) : codes
      result.set(system, new Set([...known].filter((code) => !excluded.has(code))))
    }
  }
  return result
}

/** Single codes in it; whole systems count nothing. */
export function sizeOf(set: CodeSet): number {
  let size = 0
  for (const codes of set.values()) if (codes !== true) size += codes.size
  return size
}
