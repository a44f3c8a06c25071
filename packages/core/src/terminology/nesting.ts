import type { ExpandedCode } from './expansion.js'
import type { CodeSource } from './value-set.js'

/** A code of an expansion with those below it. */
export interface NestedCode {
  readonly code: ExpandedCode
  readonly children: NestedCode[]
}

/**
 * Puts each code below the first of its parents that is in the list, each once, in the order of the list
 * (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.expansion.contains.contains).
 */
export function nest(codes: readonly ExpandedCode[], source: CodeSource): NestedCode[] {
  const nodes = new Map(codes.map((code): [string, NestedCode] => [keyOf(code), { code, children: [] }]))
  const parents = new Map<NestedCode, NestedCode>()
  for (const node of nodes.values()) {
    const { system, code } = node.code
    for (const parent of source.codeSystem(system)?.parents(code) ?? []) {
      const above = nodes.get(keyOf({ system, code: parent }))
      if (!above || isBelow(above, node, parents)) continue
      parents.set(node, above)
      above.children.push(node)
      break
    }
  }
  return [...nodes.values()].filter((node) => !parents.has(node))
}

/** Whether a node is the other one or below it: hierarchies may turn in a circle. */
function isBelow(node: NestedCode, other: NestedCode, parents: ReadonlyMap<NestedCode, NestedCode>): boolean {
  for (let at: NestedCode | undefined = node; at; at = parents.get(at)) if (at === other) return true
  return false
}

function keyOf({ system, code }: { readonly system: string; readonly code: string }): string {
  return `${system}|${code}`
}
