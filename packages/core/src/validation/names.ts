import { distance } from 'fastest-levenshtein'
import type { ObjectSchema } from './generated.js'

const longest = 60

/** Text of a client's, short enough for a message and on one line. */
export function clip(text: string): string {
  const line = JSON.stringify(text.slice(0, longest)).slice(1, -1).replaceAll('\\"', '"')
  return text.length > longest ? `${line}...` : line
}

/** A question for what was probably meant, or an empty text. `known` is a type with elements, or names. */
export function suggest(name: string, known: ObjectSchema | readonly string[]): string {
  if ('includes' in known) return didYouMean(nearest(name, known))
  const elements = known.elements ?? {}
  const bare = name.startsWith('_') ? name.slice(1) : name
  if (bare !== name && bare in elements) {
    return `Only primitive elements have a '_' property; put id and extension into '${bare}' itself.`
  }
  const typed = Object.keys(known.choices ?? {}).filter(
    (property) => known.choices?.[property] === `${bare}[x]`,
  )
  if (typed.length > 0) return `Add the type of the value to the name: ${typed.slice(0, 5).join(', ')}.`
  return didYouMean(nearest(bare, Object.keys(elements)))
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `Did you mean '${name}'?`
}

/** The known name that differs from this one by a third of its letters at most. */
function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined
  let best: string | undefined
  let least = Math.floor(name.length / 3) + 1
  for (const candidate of known) {
    const difference = distance(name.toLowerCase(), candidate.toLowerCase())
    if (difference >= least) continue
    best = candidate
    least = difference
  }
  return best
}
