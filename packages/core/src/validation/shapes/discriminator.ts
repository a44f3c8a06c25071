import type { CodeReference } from '../../terminology/membership.js'
import { typeCode } from './base-plan.js'
import { codesOf } from './code-check.js'
import type { TreeSource } from './differential.js'
import type { Discriminator } from './element-definition.js'
import type { ElementNode } from './element-tree.js'
import { fitsPattern, isSame } from './equality.js'
import { childItems, type Item, isObject } from './items.js'
import { targetsOf, valuesOf } from './shape.js'
import { Spot } from './spot.js'

/** What a matcher asks of its surroundings. */
export interface MatchContext {
  resolve(reference: string): Item | undefined
  /** The type that a reference names, where its target is not at hand. */
  typeOf(reference: string): string | undefined
  contains(valueSet: string, codes: readonly CodeReference[]): boolean | undefined
  conforms(item: Item, profile: string): boolean | undefined
  /** The type that a profile is of. */
  profiledType(profile: string): string | undefined
}

/** Whether an item belongs to a slice; undefined where this cannot be told. */
export type Matcher = (item: Item, context: MatchContext) => boolean | undefined

/** The value of a reference whose target is not at hand. */
const unresolved = Symbol('unresolved')

/** The matcher of one discriminator (https://hl7.org/fhir/R4/profiling.html#discriminator) for one slice. */
export function compileDiscriminator(
  { type, path }: Discriminator,
  slice: ElementNode,
  trees: TreeSource,
): Matcher {
  const steps = parsePath(path)
  if (!steps) return () => undefined
  const ends = steps.reduce<readonly ElementNode[]>(
    (nodes, step) => nodes.flatMap((node) => descend(node, step, trees)),
    [slice],
  )
  const judge = judgeOf(type, ends, slice, steps, trees)
  return (item, context) => {
    let items: Item[] = [item]
    for (const step of steps) items = items.flatMap((each) => follow(each, step, context))
    return judge(items, context)
  }
}

type Judge = (items: readonly Item[], context: MatchContext) => boolean | undefined

function judgeOf(
  type: Discriminator['type'],
  ends: readonly ElementNode[],
  slice: ElementNode,
  steps: readonly string[],
  trees: TreeSource,
): Judge {
  if (type === 'exists') return existence(ends)
  if (type === 'type') {
    const types = steps.includes('resolve()') && steps.at(-1) === 'resolve()' ? [] : ends.flatMap(typesOf)
    const targets = types.length > 0 ? [] : targetsBefore(slice, steps, trees)
    return (items, context) => {
      const allowed = [...types, ...targets.map((target) => context.profiledType(target) ?? '')]
      return anyOf(items, ({ type: found }) => {
        if (found === '' || allowed.length === 0 || allowed.includes('')) return undefined
        return allowed.includes(found) || allowed.includes('Resource')
      })
    }
  }
  if (type === 'profile') {
    const profiles =
      steps.at(-1) === 'resolve()'
        ? targetsBefore(slice, steps, trees)
        : ends.flatMap((node) => node.element.type?.flatMap(({ profile }) => profile ?? []) ?? [])
    return (items, context) =>
      anyOf(items, (item) => {
        if (item.value === unresolved || profiles.length === 0) return undefined
        return anyOf(profiles, (profile) => context.conforms(item, profile))
      })
  }
  const requirements = ends.flatMap((node) => requirementOf(node, trees, 0) ?? [])
  if (requirements.length === 0) return existence(ends)
  return (items, context) =>
    anyOf(items, (item) => {
      if (item.value === unresolved) return undefined
      return anyOf(requirements, (requirement) => requirement(item, context))
    })
}

function existence(ends: readonly ElementNode[]): Judge {
  const [element] = ends.map((node) => node.element)
  if (element?.max === '0') return (items) => items.length === 0
  if ((element?.min ?? 0) > 0) return (items) => items.length > 0
  return () => undefined
}

/** True if it is for one; else undefined if it is for one. */
function anyOf<T>(list: readonly T[], test: (item: T) => boolean | undefined): boolean | undefined {
  let told: boolean | undefined = false
  for (const item of list) {
    const answer = test(item)
    if (answer) return true
    if (answer === undefined) told = undefined
  }
  return told
}

/** What an element's definition requires of a value, its children included; undefined if nothing. */
function requirementOf(node: ElementNode, trees: TreeSource, depth: number): Matcher | undefined {
  if (depth > 8) return undefined
  const { element } = node
  const { fixed, pattern } = valuesOf(element)
  const all: Matcher[] = []
  if (fixed !== undefined) all.push(({ value }) => isSame(value, fixed))
  if (pattern !== undefined) all.push(({ value }) => fitsPattern(value, pattern))
  for (const child of [...node.children, ...node.children.flatMap(({ slices }) => slices)]) {
    if (child.element.sliceName !== undefined && (child.element.min ?? 0) === 0) continue
    const requirement = requirementOf(child, trees, depth + 1)
    const name = child.name.replace('[x]', '')
    if (requirement) {
      all.push((item, context) => anyOf(childItems(item, name), (each) => requirement(each, context)))
    }
  }
  const [type] = element.type ?? []
  const { binding } = element
  if (all.length === 0 && binding?.strength === 'required' && binding.valueSet !== undefined) {
    const { valueSet } = binding
    all.push(({ value, type: found }, context) => {
      const codes = codesOf({ value, type: found || (type?.code ?? ''), spot: new Spot(undefined, '') })
      return codes ? context.contains(valueSet, codes) : false
    })
  }
  if (all.length === 0 && type?.profile?.length === 1 && type.code !== 'Extension') {
    const tree = trees.firstTree(type.profile)
    return tree ? requirementOf(tree, trees, depth + 1) : undefined
  }
  if (all.length === 0) return undefined
  return (item, context) => {
    let told: boolean | undefined = true
    for (const each of all) {
      const answer = each(item, context)
      if (answer === false) return false
      if (answer === undefined) told = undefined
    }
    return told
  }
}

/** The steps of a path, or undefined for one that is none of the restricted FHIRPath of discriminators. */
function parsePath(path: string): readonly string[] | undefined {
  const steps = path.match(/[A-Za-z]+\(('[^']*'|"[^"]*"|[\w.]*)\)|\$this|[A-Za-z]\w*(\[x\])?/g) ?? []
  return steps.join('.') === path.replaceAll(' ', '') ? steps.filter((step) => step !== '$this') : undefined
}

function argumentOf(step: string): string {
  return step.slice(step.indexOf('(') + 1, -1).replaceAll(/['"]/g, '')
}

function descend(node: ElementNode, step: string, trees: TreeSource): readonly ElementNode[] {
  if (step === 'resolve()') {
    return (targetsOf(node.element) ?? []).flatMap((target) => trees.firstTree([target]) ?? [])
  }
  if (step.startsWith('ofType(') || step.startsWith('as(')) {
    const type = argumentOf(step)
    const slice = node.slices.find(({ element }) => element.type?.some(({ code }) => code === type))
    return [slice ?? node]
  }
  if (step.startsWith('extension(')) {
    const url = argumentOf(step)
    return descend(node, 'extension', trees).flatMap(({ slices }) => {
      const slice = slices.find(({ element }) => element.type?.some(({ profile }) => profile?.includes(url)))
      if (!slice) return []
      return slice.children.length > 0 ? [slice] : (trees.firstTree([url]) ?? [])
    })
  }
  const plain = step.replace('[x]', '')
  const named = (name: string) => name.replace('[x]', '') === plain
  const child = node.children.find(({ name }) => named(name))
  if (child) return [child]
  const types = node.element.type ?? []
  return types.flatMap((type) => {
    const tree = trees.firstTree([...(type.profile ?? []), type.code])
    return tree?.children.find(({ name }) => named(name)) ?? []
  })
}

/** The targets of the reference that the last step resolves. */
function targetsBefore(slice: ElementNode, steps: readonly string[], trees: TreeSource): readonly string[] {
  const before = steps
    .slice(0, -1)
    .reduce<readonly ElementNode[]>(
      (nodes, step) => nodes.flatMap((node) => descend(node, step, trees)),
      [slice],
    )
  return before.flatMap(({ element }) => targetsOf(element) ?? [])
}

function typesOf({ element }: ElementNode): readonly string[] {
  return element.type?.map(typeCode) ?? []
}

function follow(item: Item, step: string, context: MatchContext): Item[] {
  if (item.value === unresolved) return [item]
  if (step === 'resolve()') {
    const { value } = item
    const reference = isObject(value) ? value.reference : value
    if (typeof reference !== 'string') return []
    const target = context.resolve(reference)
    return [target ?? { value: unresolved, type: context.typeOf(reference) ?? '', spot: item.spot }]
  }
  if (step.startsWith('ofType(') || step.startsWith('as(')) {
    return item.type === '' || item.type === argumentOf(step) ? [item] : []
  }
  if (step.startsWith('extension(')) {
    const url = argumentOf(step)
    return childItems(item, 'extension').filter(({ value }) => isObject(value) && value.url === url)
  }
  return childItems(item, step.replace('[x]', ''))
}
