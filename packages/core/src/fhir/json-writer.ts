import { digits, type JsonContainer, sourceOf } from './digits.js'

/**
 * The JSON text of a value with numbers as their source texts have them. Only what lies on the way to such a number is
 * written here; all else goes to `JSON.stringify`, which is faster.
 */
export function writeJson(value: unknown): string | undefined {
  const marked = new Set<object>()
  if (isContainer(value)) mark(value, marked)
  return write(value, marked)
}

/** Collects the containers that hold source texts, and those above them. */
function mark(container: JsonContainer, marked: Set<object>): boolean {
  let found = container[digits] !== undefined
  if (Array.isArray(container)) {
    for (const item of container) if (isContainer(item) && mark(item, marked)) found = true
  } else {
    for (const key in container) {
      const item = container[key]
      if (isContainer(item) && mark(item, marked)) found = true
    }
  }
  if (found) marked.add(container)
  return found
}

function write(value: unknown, marked: ReadonlySet<object>): string | undefined {
  if (typeof value === 'string') return quoteJson(value)
  if (!isContainer(value) || !marked.has(value)) return JSON.stringify(value)
  if (Array.isArray(value)) {
    const items = value.map((item, index) => sourceOf(value, index) ?? write(item, marked) ?? 'null')
    return `[${items.join(',')}]`
  }
  let members = ''
  for (const key of Object.keys(value)) {
    const text = sourceOf(value, key) ?? write(value[key], marked)
    if (text !== undefined) members += `${members === '' ? '' : ','}${quoteJson(key)}:${text}`
  }
  return `{${members}}`
}

/** Whatever JSON.stringify would escape, lone surrogates included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const special = /["\\\u0000-\u001f\ud800-\udfff]/

/** The JSON text of a string. */
export function quoteJson(text: string): string {
  return special.test(text) ? JSON.stringify(text) : `"${text}"`
}

function isContainer(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null
}
