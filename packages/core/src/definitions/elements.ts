import type { ElementDefinition } from './definitions.js'

/** `generated/elements.json`: see `scripts/definitions/elements.mjs`. */
export type CompactElements = Readonly<
  Record<string, { readonly base?: string; readonly elements: Readonly<Record<string, string>> }>
>

/** Elements of a path, by name. */
export type ElementMap = ReadonlyMap<string, ElementDefinition>

/**
 * Element metadata by path, decoded when asked for.
 *
 * A path that no structure lists is walked from its root: `Questionnaire.item.item` follows the content reference to
 * `Questionnaire.item`, and `Patient.name` goes on to `HumanName`. A choice element leads nowhere.
 */
export function createElements(load: () => CompactElements): (path: string) => ElementMap | undefined {
  let compact: CompactElements | undefined
  const decoded = new Map<string, ElementMap | undefined>()

  function elements(path: string): ElementMap | undefined {
    if (decoded.has(path)) return decoded.get(path)
    const canonical = resolve(path)
    if (canonical === undefined) return undefined
    const found = canonical === path ? decode(path) : elements(canonical)
    decoded.set(path, found)
    return found
  }

  /** The path under which the elements of `path` are listed. */
  function resolve(path: string): string | undefined {
    compact ??= load()
    if (Object.hasOwn(compact, path)) return path
    const dot = path.lastIndexOf('.')
    if (dot === -1) return undefined
    const parent = resolve(path.slice(0, dot))
    if (parent === undefined) return undefined
    const name = path.slice(dot + 1)
    const own = `${parent}.${name}`
    if (Object.hasOwn(compact, own)) return own
    const word = encoded(parent, name)
    if (word === undefined) return undefined
    const [types, , , , reference] = word.split(' ')
    if (reference !== undefined && !reference.startsWith('@')) return reference
    return types !== undefined && Object.hasOwn(compact, types) ? types : undefined
  }

  function encoded(path: string, name: string): string | undefined {
    compact ??= load()
    const entry = Object.hasOwn(compact, path) ? compact[path] : undefined
    if (!entry) return undefined
    if (Object.hasOwn(entry.elements, name)) return entry.elements[name]
    return entry.base === undefined ? undefined : encoded(entry.base, name)
  }

  function decode(path: string): ElementMap {
    compact ??= load()
    const entry = compact[path]
    const map = new Map<string, ElementDefinition>(entry?.base === undefined ? [] : elements(entry.base))
    for (const [name, word] of Object.entries(entry?.elements ?? {})) map.set(name, decodeElement(word))
    return map
  }

  return elements
}

function decodeElement(word: string): ElementDefinition {
  const [types = '', min, max, summary, last] = word.split(' ')
  return Object.freeze({
    types: Object.freeze(types.split('|')),
    min: Number(min),
    max: max === '*' ? Number.POSITIVE_INFINITY : Number(max),
    summary: summary === 's',
    ...(last?.startsWith('@') ? { system: last.slice(1) } : {}),
  })
}
