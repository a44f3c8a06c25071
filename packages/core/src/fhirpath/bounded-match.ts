import { createContext, Script } from 'node:vm'
import { EvaluationError } from './node.js'

// A pattern is data that a client stored in a profile, and may backtrack forever.

/** Milliseconds for one match that may backtrack. */
const timeLimit = 50
/** Milliseconds that matches which were stopped may take within a window; past that no more are tried. */
const budget = 500
const window = 10_000
/** Steps that are surely done in a millisecond or so. */
const cheapSteps = 1_000_000
const mostExpressions = 500

interface Pattern {
  readonly expression: RegExp
  /** Quantifiers, the worst case being text length to the power of them; infinite for what may be exponential. */
  readonly quantifiers: number
}

const patterns = new Map<string, Pattern>()

/** Expressions with escapes that Unicode mode forbids, such as `\@`, are read without it. */
function patternOf(source: string): Pattern {
  const known = patterns.get(source)
  if (known !== undefined) return known
  if (patterns.size >= mostExpressions) patterns.clear()
  let expression: RegExp
  try {
    expression = new RegExp(source, 'su')
  } catch {
    expression = new RegExp(source, 's')
  }
  const made = { expression, quantifiers: quantifiersIn(source) }
  patterns.set(source, made)
  return made
}

/** An estimate that is never too low: a quantified group that itself repeats or branches may take exponential time. */
function quantifiersIn(source: string): number {
  const bare = source
    .replace(/\\[1-9k]/g, '(a*)*')
    .replace(/\\[pP]\{[^}]*\}|\\./gs, 'e')
    .replace(/\[[^\]]*\]/g, 'c')
  // Groups without anything in them that repeats or branches are like characters.
  const flat = bare.replace(/\((?:\?:)?[^()*+?{|]*\)/g, 'g')
  if (/\)[*+?{]/.test(flat)) return Number.POSITIVE_INFINITY
  return flat.match(/[*+?{]/g)?.length ?? 0
}

const sandbox: { expression: RegExp; text: string; by: string } = { expression: /x/, text: '', by: '' }
const testing = new Script('expression.test(text)')
const replacing = new Script('text.replace(expression, by)')
let context: object | undefined
let windowBegan = 0
let spent = 0

function bounded(script: Script, expression: RegExp, text: string, by: string): unknown {
  const began = performance.now()
  if (began - windowBegan > window) {
    windowBegan = began
    spent = 0
  }
  if (spent > budget) throw new EvaluationError('regular expressions have taken too long of late')
  // Made once: a context costs a hundred times what a match does.
  context ??= createContext(sandbox)
  Object.assign(sandbox, { expression, text, by })
  try {
    return script.runInContext(context, { timeout: timeLimit })
  } catch (error) {
    spent += performance.now() - began
    throw new EvaluationError(`a regular expression failed, or took longer than ${timeLimit} ms: ${error}`)
  } finally {
    Object.assign(sandbox, { text: '', by: '' })
  }
}

function isCheap({ quantifiers }: Pattern, text: string): boolean {
  // A match may begin anywhere, hence one more.
  return quantifiers === 0 || (text.length + 1) ** (quantifiers + 1) <= cheapSteps
}

/** Whether a text has a match. @throws EvaluationError if that takes too long, SyntaxError for no regular expression. */
export function hasMatch(text: string, source: string): boolean {
  const pattern = patternOf(source)
  if (isCheap(pattern, text)) return pattern.expression.test(text)
  return bounded(testing, pattern.expression, text, '') as boolean
}

/** A text with its matches replaced. @throws as `hasMatch` does. */
export function replaceMatches(text: string, source: string, by: string): string {
  const pattern = patternOf(source)
  const expression = new RegExp(pattern.expression.source, `${pattern.expression.flags}g`)
  if (isCheap(pattern, text)) return text.replace(expression, by)
  return bounded(replacing, expression, text, by) as string
}
