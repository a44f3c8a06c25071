/** Characters of text that cost about as much as a value: narrative is parsed. */
const charactersAsValue = 100

/** Values in a resource past which its check would hold the event loop for tens of milliseconds. */
const many = 5_000

/** Whether a resource has so many values, or so much text, that it is better checked elsewhere. Looks at no more than that many. */
export function isLarge(resource: unknown): boolean {
  let left = many
  const open: unknown[] = [resource]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const inner = Array.isArray(value) ? value : Object.values(value)
    left -= inner.length
    if (left < 0) return true
    for (const each of inner) {
      if (typeof each === 'object') open.push(each)
      else if (typeof each === 'string') left -= Math.floor(each.length / charactersAsValue)
    }
  }
  return false
}
