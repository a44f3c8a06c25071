import type { Clause } from '@anamnesis/core'

const everything: Clause = { kind: 'and', clauses: [] }
const nothing: Clause = { kind: 'nothing' }

const isEverything = (clause: Clause) => clause.kind === 'and' && clause.clauses.length === 0

/**
 * Clauses that all have to hold of resources of some types, without what these types decide: of access rules that
 * differ from type to type only those are left that apply, so that one of them may drive the search.
 */
export function simplify(clauses: readonly Clause[], types: readonly string[]): Clause[] {
  const left = clauses.flatMap((clause) => {
    const simple = simplifyOne(clause, types)
    return simple.kind === 'and' ? simple.clauses : [simple]
  })
  return left.some(({ kind }) => kind === 'nothing') ? [nothing] : left
}

function simplifyOne(clause: Clause, types: readonly string[]): Clause {
  switch (clause.kind) {
    case 'type':
      if (types.every((type) => clause.types.includes(type))) return everything
      return types.some((type) => clause.types.includes(type)) ? clause : nothing
    case 'and':
      return allOf(simplify(clause.clauses, types))
    case 'or': {
      const left = clause.clauses
        .map((each) => simplifyOne(each, types))
        .filter(({ kind }) => kind !== 'nothing')
      if (left.some(isEverything)) return everything
      return left.length > 1 ? { kind: 'or', clauses: left } : (left[0] ?? nothing)
    }
    case 'not': {
      const left = simplify(clause.clauses, types)
      if (left.length === 0) return nothing
      return left[0]!.kind === 'nothing' ? everything : { kind: 'not', clauses: left }
    }
    case 'chain': {
      const targets = clause.targets
        .map(({ type, where }) => ({ type, where: simplify(where, [type]) }))
        .filter(({ where }) => where[0]?.kind !== 'nothing')
      return targets.length === 0 ? nothing : { ...clause, targets }
    }
    case 'has': {
      const where = simplify(clause.where, [clause.type])
      return where[0]?.kind === 'nothing' ? nothing : { ...clause, where }
    }
    default:
      return clause
  }
}

function allOf(clauses: readonly Clause[]): Clause {
  return clauses.length === 1 ? clauses[0]! : { kind: 'and', clauses }
}
