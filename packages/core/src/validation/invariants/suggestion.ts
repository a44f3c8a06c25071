/**
 * What to do about an element that does not satisfy an expression, for the forms that most invariants have; undefined for
 * any other.
 */
export function suggestionFor(expression: string): string | undefined {
  const bare = withoutOuterParentheses(expression.trim())
  return anyOf(bare) ?? dependent(bare) ?? exclusive(bare) ?? exactlyOne(bare) ?? distinct(bare)
}

/** `a.exists() or b.exists()` */
function anyOf(expression: string): string | undefined {
  const names = expression.split(' or ').map((part) => memberWith(part, 'exists'))
  if (!names.every((name) => name !== undefined)) return undefined
  return names.length === 1 ? `Add ${names[0]}.` : `Add at least one of ${list(names, 'and')}.`
}

/** `a.empty() or b.exists()` and `a.exists() implies b.exists()`: with one goes the other. */
function dependent(expression: string): string | undefined {
  const [left = '', right = '', more] = expression.split(/ or | implies /)
  const has = memberWith(left, expression.includes(' implies ') ? 'exists' : 'empty')
  const needs = memberWith(right, 'exists')
  if (more !== undefined || has === undefined || needs === undefined) return undefined
  return `Found ${has} without ${needs}: add ${needs}, or remove ${has}.`
}

/** `a.empty() or b.empty()` */
function exclusive(expression: string): string | undefined {
  const names = expression.split(' or ').map((part) => memberWith(part, 'empty'))
  if (names.length < 2 || !names.every((name) => name !== undefined)) return undefined
  return `Found ${list(names, 'and')} together: remove one of them.`
}

/** `a.exists() xor b.exists()` */
function exactlyOne(expression: string): string | undefined {
  const names = expression.split(' xor ').map((part) => memberWith(part, 'exists'))
  if (names.length !== 2 || !names.every((name) => name !== undefined)) return undefined
  return `Keep exactly one of ${list(names, 'and')}.`
}

/** `a.select(b).isDistinct()` */
function distinct(expression: string): string | undefined {
  const path = /^([\w.]+)\.select\((\w+)\)\.isDistinct\(\)$/.exec(expression)
  return path ? `Found the same ${path[2]} more than once in ${path[1]}: give each its own.` : undefined
}

function memberWith(part: string, call: string): string | undefined {
  const match = new RegExp(`^(\\w+(?:\\.\\w+)*)\\.${call}\\(\\)$`).exec(withoutOuterParentheses(part.trim()))
  return match?.[1]
}

function withoutOuterParentheses(text: string): string {
  const match = /^\(([^()]*(?:\(\)[^()]*)*)\)$/.exec(text)
  return match?.[1] ?? text
}

function list(names: readonly (string | undefined)[], word: string): string {
  const last = names.at(-1)
  return names.length === 1 ? `${last}` : `${names.slice(0, -1).join(', ')} ${word} ${last}`
}
