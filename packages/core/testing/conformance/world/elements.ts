import type { NaiveParameter, Source } from './parameters.js'

export type Json = Readonly<Record<string, unknown>>

/** One element that a parameter selects. */
export interface Element {
  readonly source: Source
  // biome-ignore lint/suspicious/noExplicitAny: elements of every type
  readonly node: any
}

/** What is at a path, through arrays. */
export function nodesAt(root: unknown, path: string): unknown[] {
  let nodes = [root]
  for (const name of path === '' ? [] : path.split('.')) {
    nodes = nodes.flatMap((node) => (node as Json)[name] ?? []).filter((node) => node !== undefined)
  }
  return nodes
}

/** The elements of a parameter that have something to search by. */
export function elementsOf(root: unknown, { sources }: NaiveParameter): Element[] {
  return sources.flatMap((source) =>
    nodesAt(root, source.path)
      .map((node) => ({ source, node }))
      .filter(hasValue),
  )
}

function hasValue({ source, node }: Element): boolean {
  if (source.to !== undefined) return localTarget(node)?.type === source.to || urlType(node) === source.to
  if (source.kind === 'Quantity') return node.value !== undefined
  return true
}

/** The elements of a composite, each with the parts that are found in it; only where every part is there. */
export function compositeElements(root: unknown, { elements = [], parts = [] }: NaiveParameter): Json[] {
  return elements
    .flatMap((path) => nodesAt(root, path))
    .filter((node) => parts.every((part) => elementsOf(node, part).length > 0)) as Json[]
}

/** `Patient/p0` taken apart. */
export function localTarget(node: { readonly reference?: string }) {
  const [type, id, ...more] = node.reference?.split('/') ?? []
  return type !== undefined && id !== undefined && more.length === 0 ? { type, id } : undefined
}

function urlType({ reference }: { readonly reference?: string }): string | undefined {
  return reference?.includes('://') ? reference.split('/').at(-2) : undefined
}
