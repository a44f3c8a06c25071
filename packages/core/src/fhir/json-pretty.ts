const indents: readonly string[] = Array.from({ length: 101 }, (_, level) => `\n${'  '.repeat(level)}`)

/**
 * Re-indents valid JSON text by two spaces a level, as `JSON.stringify(value, null, 2)` lays it out, without parsing it:
 * every string and number stays as it is written. For `_pretty=true`.
 */
export function prettyJson(text: string): string {
  let out = ''
  let level = 0
  let empty = true
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') continue
    if (char === '}' || char === ']') {
      level--
      out += empty ? char : newline(level) + char
      empty = false
      continue
    }
    if (empty && level > 0) out += newline(level)
    empty = false
    if (char === '{' || char === '[') {
      out += char
      level++
      empty = true
    } else if (char === ',') {
      out += char + newline(level)
    } else if (char === ':') {
      out += ': '
    } else {
      const end = char === '"' ? stringEnd(text, at) : tokenEnd(text, at)
      out += text.slice(at, end)
      at = end - 1
    }
  }
  return out
}

function newline(level: number): string {
  return indents[level] ?? `\n${'  '.repeat(level)}`
}

/** The position after the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let quote = start
  for (;;) {
    quote = text.indexOf('"', quote + 1)
    if (quote < 0) return text.length
    let first = quote
    while (text.charCodeAt(first - 1) === 92) first--
    if ((quote - first) % 2 === 0) return quote + 1
  }
}

const separator = /[\s,:{}[\]]/g

function tokenEnd(text: string, start: number): number {
  separator.lastIndex = start
  return separator.exec(text)?.index ?? text.length
}
