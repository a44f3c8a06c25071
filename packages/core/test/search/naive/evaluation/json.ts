/** What JSON says, and nothing else: the naive evaluator knows no types of FHIR. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** The elements at a dotted path, lists taken apart: `name.given` of a Patient is every given name of every name. */
export function at(node: Json | undefined, path: string): Json[] {
  return path
    .split('.')
    .reduce<readonly Json[]>(
      (nodes, member) => nodes.flatMap((each) => listOf(memberOf(each, member))),
      [...listOf(node)],
    ) as Json[]
}

export function memberOf(node: Json | undefined, member: string): Json | undefined {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined
  return Object.hasOwn(node, member) ? (node as { readonly [member: string]: Json })[member] : undefined
}

/** A member that is a text. */
export function textAt(node: Json | undefined, member: string): string | undefined {
  const value = memberOf(node, member)
  return typeof value === 'string' ? value : undefined
}

/** The texts at a path. */
export function textsAt(node: Json | undefined, path: string): string[] {
  return at(node, path).filter((each) => typeof each === 'string')
}

function listOf(node: Json | undefined): readonly Json[] {
  if (node === undefined || node === null) return []
  return Array.isArray(node) ? (node as readonly Json[]) : [node]
}
