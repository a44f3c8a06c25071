// The invariants of R4's base definitions, their expressions parsed, so that nothing is parsed at run time.
import { createRequire } from 'node:module'
import { parseSyntax } from '../../src/fhirpath/parse.js'

const corrections = createRequire(import.meta.url)('./corrections.json')

/** Stand on every element and are native functions: see src/validation/invariants. */
const everywhere = new Set(['ele-1', 'ext-1'])

/**
 * `rules` as `[key, severity, human, expression, syntax]`; `at` lists, by type or path of an element, which of them stand
 * there; `references` leads from a path whose content is defined elsewhere to that place.
 */
export function extractInvariants(structures) {
  const rules = []
  const numbers = new Map()
  const at = {}
  const references = {}
  const used = new Set()
  for (const structure of structures) {
    for (const element of structure.snapshot.element) {
      if (element.contentReference) references[element.path] = element.contentReference.slice(1)
      for (const constraint of element.constraint ?? []) {
        if (everywhere.has(constraint.key) && element.path.includes('.')) continue
        const number = register(constraint, element.path)
        const path = element.path.replace('[x]', '')
        at[path] ??= []
        if (!at[path].includes(number)) at[path].push(number)
      }
    }
  }
  const unused = Object.keys(corrections).filter((key) => !used.has(key))
  if (unused.length > 0) throw new Error(`corrections.json corrects what R4 does not have: ${unused.join()}`)
  return { rules, at, references }

  function register({ key, severity, human, expression: published }, path) {
    const correction = corrections[`${path}:${key}`] ?? corrections[key]
    if (correction) used.add(corrections[key] ? key : `${path}:${key}`)
    const expression = correction?.expression ?? published
    const identity = `${key} ${severity} ${expression}`
    if (!numbers.has(identity)) {
      numbers.set(identity, rules.length)
      rules.push([key, severity, human.trim(), expression, parseSyntax(expression)])
    }
    return numbers.get(identity)
  }
}
