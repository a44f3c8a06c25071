import { hash64Once } from '../hash64.js'
import type { Statement } from '../statement.js'
import type { Strategy } from './strategy.js'

/** A connection keeps the plans of its prepared statements for as long as it lives: so few, and none of great length. */
const mostStatements = 100
const longestText = 6_000
const names = new Map<string, string>()

/**
 * Prepares the statement where its plan does not depend on its values: in the compartment of one patient all ways are
 * short, and planning takes half the time. Elsewhere a plan for any value is a bad one for most.
 */
export function prepared(statement: Statement, strategy: Strategy): Statement {
  if (strategy.by !== 'patient' || strategy.ids.length !== 1) return statement
  const { text } = statement
  const known = names.get(text)
  if (known !== undefined) return { ...statement, name: known }
  if (names.size >= mostStatements || text.length > longestText) return statement
  const name = `patient-${hash64Once(text)}`
  names.set(text, name)
  return { ...statement, name }
}
