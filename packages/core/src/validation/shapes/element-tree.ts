import type { ElementDefinition } from './element-definition.js'

/** An element with its children, and its slices beside them. A tree of a differential has elements that say nothing. */
export interface ElementNode {
  /** The last part of the path: `value[x]`. */
  readonly name: string
  element: ElementDefinition
  readonly children: ElementNode[]
  /** Slices of this element; those of a slice are its re-slices. */
  readonly slices: ElementNode[]
}

/**
 * The tree of a list of elements, a snapshot's or a differential's. Where ids are given they tell the slices that a path
 * leads through; otherwise the order of the elements does.
 */
export function treeOf(elements: readonly ElementDefinition[]): ElementNode {
  const root = emptyNode(elements[0]?.path.split('.')[0] ?? '')
  const open: ElementNode[] = [root]
  for (const element of elements) {
    const names = element.path.split('.')
    const ids = idParts(element, names.length)
    let at = root
    for (let depth = 1; depth < names.length; depth++) {
      const last = depth === names.length - 1
      const child = childOf(at, names[depth] ?? '')
      const slice = last ? (element.sliceName ?? '') : ids?.[depth]
      const before = open[depth]
      if (slice) at = sliceOf(child, slice)
      else if (!last && slice === undefined && before && isPartOf(before, child)) at = before
      else at = child
      open[depth] = at
      if (!last) continue
      open.length = depth + 1
    }
    at.element = element
  }
  return root
}

/** The names of the slices that an id names at each depth, or undefined where the id does not fit the path. */
function idParts({ id }: ElementDefinition, depth: number): readonly string[] | undefined {
  const parts = id?.split('.')
  if (parts?.length !== depth) return undefined
  return parts.map((part) => (part.includes(':') ? part.slice(part.indexOf(':') + 1) : ''))
}

function isPartOf(node: ElementNode, owner: ElementNode): boolean {
  return node === owner || owner.slices.some((slice) => isPartOf(node, slice))
}

function childOf(parent: ElementNode, name: string): ElementNode {
  return parent.children.find((child) => child.name === name) ?? push(parent.children, emptyNode(name))
}

/** The slice of this name; `a/b` is the slice `a/b` of the slice `a`, where there is one. */
function sliceOf(owner: ElementNode, name: string): ElementNode {
  const found = findSlice(owner, name)
  if (found) return found
  const slash = name.lastIndexOf('/')
  const outer = slash === -1 ? owner : (findSlice(owner, name.slice(0, slash)) ?? owner)
  const slice = emptyNode(owner.name)
  slice.element = { path: '', sliceName: name }
  return push(outer.slices, slice)
}

/** A slice or re-slice by name. */
export function findSlice(owner: ElementNode, name: string): ElementNode | undefined {
  for (const slice of owner.slices) {
    if (slice.element.sliceName === name) return slice
    const within = findSlice(slice, name)
    if (within) return within
  }
  return undefined
}

function emptyNode(name: string): ElementNode {
  return { name, element: { path: '' }, children: [], slices: [] }
}

function push<T>(list: T[], item: T): T {
  list.push(item)
  return item
}

/** A copy whose nodes can be changed; elements are shared. */
export function cloneNode(node: ElementNode): ElementNode {
  return {
    name: node.name,
    element: node.element,
    children: node.children.map(cloneNode),
    slices: node.slices.map(cloneNode),
  }
}

/** The elements of a tree in the order of a snapshot, with paths and ids of their place. */
export function elementsOf(root: ElementNode): ElementDefinition[] {
  const elements: ElementDefinition[] = []
  const visit = (node: ElementNode, path: string, id: string, idOfOwner: string) => {
    elements.push({ ...node.element, id, path })
    for (const child of node.children) {
      const below = `${id}.${child.name}`
      visit(child, `${path}.${child.name}`, below, below)
    }
    for (const slice of node.slices) visit(slice, path, `${idOfOwner}:${slice.element.sliceName}`, idOfOwner)
  }
  visit(root, root.name, root.name, root.name)
  return elements
}
