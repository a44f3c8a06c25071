import { FhirError } from '../../errors/fhir-error.js'
import type { ElementDefinition, ElementType, Slicing, StructureDefinition } from './element-definition.js'
import { cloneNode, type ElementNode, findSlice, treeOf } from './element-tree.js'
import { mergeElement } from './merge-element.js'

/** Where the elements of other types and profiles come from. */
export interface TreeSource {
  firstTree(canonicals: readonly string[]): ElementNode | undefined
}

/**
 * Changes a copy of the base's tree by what a differential says, walking into data types, profiles of types, content
 * references and slices as far as it does.
 *
 * @throws FhirError `business-rule` for an element that the base does not have.
 */
export function applyDifferential(
  root: ElementNode,
  elements: readonly ElementDefinition[],
  definition: StructureDefinition,
  source: TreeSource,
): ElementNode {
  const original = cloneNode(root)
  const apply = (node: ElementNode, said: ElementNode) => {
    if (said.element.path !== '') node.element = mergeElement(node.element, said.element)
    if (said.children.length > 0) expand(node, original, source)
    const pattern = said.slices.length > 0 ? cloneNode(node) : node
    for (const child of said.children) apply(findChild(node, child), child)
    for (const slice of said.slices) apply(findOrAddSlice(node, slice, pattern), slice)
  }

  function findChild(node: ElementNode, said: ElementNode): ElementNode {
    const exact = node.children.find(({ name }) => name === said.name)
    if (exact) return exact
    for (const choice of node.children) {
      const type = typeOfChoice(choice, said.name)
      if (type) return typeSlice(choice, said.name, type)
      // `value[x]`, where the base has been narrowed to `valueQuantity` in the older way.
      if (said.name.endsWith('[x]') && choice.name.startsWith(said.name.slice(0, -3))) {
        const rest = choice.name.slice(said.name.length - 3)
        if (choice.element.base?.path.endsWith('[x]') && /^[A-Z]/.test(rest)) return choice
      }
    }
    if (definition.derivation === 'specialization') {
      const added: ElementNode = { name: said.name, element: { path: '' }, children: [], slices: [] }
      node.children.push(added)
      return added
    }
    throw new FhirError(
      'business-rule',
      `the differential of ${definition.url} has ${said.element.path || said.name}, which its base does not have`,
    )
  }

  apply(root, treeOf(elements))
  return root
}

/** The slice of a choice that an element such as `valueQuantity` stands for. */
function typeSlice(choice: ElementNode, name: string, type: ElementType): ElementNode {
  const known = findSlice(choice, name)
  if (known) return known
  const slice: ElementNode = {
    name: choice.name,
    element: withoutSlicing({ ...choice.element, type: [type], sliceName: name, min: 0 }),
    children: choice.element.type?.length === 1 ? choice.children.map(cloneNode) : [],
    slices: [],
  }
  // HL7 reads this as a choice of these types alone, unless the slicing is told.
  const { slicing = bySlicing('type', '$this', 'closed') } = choice.element
  const narrowed = choice.slices.flatMap((each) => each.element.type ?? [])
  choice.element = {
    ...choice.element,
    slicing,
    ...(slicing.rules === 'closed' ? { type: [...narrowed, type] } : {}),
  }
  choice.slices.push(slice)
  return slice
}

function findOrAddSlice(node: ElementNode, said: ElementNode, pattern: ElementNode): ElementNode {
  const sliceName = said.element.sliceName ?? ''
  const known = findSlice(node, sliceName)
  if (known) return known
  const type = typeOfChoice(node, sliceName)
  const slice: ElementNode = {
    name: node.name,
    element: withoutSlicing({
      ...pattern.element,
      sliceName,
      min: 0,
      ...(type && !said.element.type ? { type: [type] } : {}),
    }),
    children: pattern.children.map(cloneNode),
    slices: [],
  }
  node.element = { ...node.element, slicing: node.element.slicing ?? implicitSlicing(node) }
  node.slices.push(slice)
  return slice
}

/** Slicing that need not be said: extensions by URL, choices by type. */
function implicitSlicing(node: ElementNode): Slicing {
  if (node.name.endsWith('[x]')) return bySlicing('type', '$this')
  if (/^(modifierE|e)xtension$/.test(node.name)) return bySlicing('value', 'url')
  return { rules: 'open' }
}

function bySlicing(type: 'type' | 'value', path: string, rules: 'open' | 'closed' = 'open'): Slicing {
  return { discriminator: [{ type, path }], ordered: false, rules }
}

function withoutSlicing({ slicing: _, ...element }: ElementDefinition): ElementDefinition {
  return element
}

/** The type of a choice `value[x]` that a name such as `valueQuantity` has. */
function typeOfChoice(choice: ElementNode, name: string): ElementType | undefined {
  if (!choice.name.endsWith('[x]') || !name.startsWith(choice.name.slice(0, -3))) return undefined
  const suffix = name.slice(choice.name.length - 3)
  return choice.element.type?.find(({ code }) => code.charAt(0).toUpperCase() + code.slice(1) === suffix)
}

/** Gives a node the children of its type, of the profile of its type or of what its content reference names. */
function expand(node: ElementNode, root: ElementNode, source: TreeSource): void {
  if (node.children.length > 0) return
  const { contentReference, type, ...rest } = node.element
  if (contentReference !== undefined) {
    const target = nodeAt(root, contentReference.slice(contentReference.indexOf('#') + 1))
    if (!target) return
    node.element = { ...rest, ...(target.element.type ? { type: target.element.type } : {}) }
    node.children.push(...target.children.map(cloneNode))
    return
  }
  const codes = new Set(type?.map(({ code }) => code))
  const [code = 'Element'] = codes.size === 1 ? codes : ['Element']
  if (code.includes('/System.')) return
  const profiles = type?.length === 1 ? (type[0]?.profile ?? []) : []
  const tree = source.firstTree([...(profiles.length === 1 ? profiles : []), code])
  if (tree) node.children.push(...tree.children.map(cloneNode))
}

/** Of paths such as `Observation.referenceRange`. */
function nodeAt(root: ElementNode, path: string): ElementNode | undefined {
  return path
    .split('.')
    .slice(1)
    .reduce<ElementNode | undefined>(
      (node, name) => node?.children.find((child) => child.name === name),
      root,
    )
}
