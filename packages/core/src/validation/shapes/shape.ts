import { type CompiledConstraint, compileConstraint } from '../invariants/constraint.js'
import { type BasePlans, typeCode } from './base-plan.js'
import type { ElementBinding, ElementDefinition, Slicing, StructureDefinition } from './element-definition.js'
import type { ElementNode } from './element-tree.js'
import type { Property } from './items.js'
import type { Snapshots } from './snapshot.js'

/** What a profile asks of one element beyond what the definition of its type does. */
export interface Shape {
  readonly node: ElementNode
  /** As an expression says it: `value` for `value[x]`. */
  readonly name: string
  readonly properties: readonly Property[]
  readonly min: number
  readonly max: number
  /** Where fewer types are allowed than the element has. */
  readonly types?: readonly string[]
  readonly fixed?: unknown
  readonly pattern?: unknown
  readonly maxLength?: number
  readonly minValue?: unknown
  readonly maxValue?: unknown
  readonly binding?: ElementBinding
  /** Canonical URLs of profiles that the target of a Reference has to have one of. */
  readonly targetProfiles?: readonly string[]
  /** Canonical URLs of profiles of which a value has to have one, by type. */
  readonly typeProfiles?: ReadonlyMap<string, readonly string[]>
  readonly constraints: readonly CompiledConstraint[]
  readonly mustSupport: boolean
  readonly children: readonly Shape[]
  readonly slicing?: Slicing
  readonly slices: readonly Shape[]
}

/** A profile that can be checked. */
export interface ProfileShape {
  readonly url: string
  readonly type: string
  /** As messages name it. */
  readonly title: string
  /** The whole snapshot, for discriminators of others that lead here. */
  readonly tree: ElementNode
  readonly root: Shape
}

/** Compiles profiles to shapes, each once. What a profile repeats of its base definition is left out. */
export class Shapes {
  readonly #compiled = new WeakMap<StructureDefinition, ProfileShape>()

  constructor(
    readonly snapshots: Snapshots,
    readonly plans: BasePlans,
  ) {}

  /** @throws FhirError as `snapshotOf` does. */
  compile(definition: StructureDefinition): ProfileShape {
    let profile = this.#compiled.get(definition)
    if (!profile) {
      const tree = this.snapshots.treeOf(definition)
      const { url, type, version } = definition
      const title = version === undefined ? url : `${url}|${version}`
      profile = { url, type, title, tree, root: this.#shape(tree, type, false) }
      this.#compiled.set(definition, profile)
    }
    return profile
  }

  #shape(node: ElementNode, path: string, isSlice: boolean): Shape {
    const { element } = node
    const basePath = element.base?.path ?? path
    const base = this.plans.nodeAt(basePath)?.element
    const min = element.min ?? 0
    const max =
      element.max === undefined || element.max === '*' ? Number.POSITIVE_INFINITY : Number(element.max)
    const types = element.type?.map(typeCode)
    const narrowed = types && base?.type && types.length < new Set(base.type.map(typeCode)).size
    const binding = differs(bindingKey(element), base && bindingKey(base)) ? element.binding : undefined
    const targetProfiles = targetsOf(element)
    const typeProfiles = profilesOf(element, base)
    return {
      node,
      name: node.name.replace('[x]', ''),
      properties: this.plans.propertiesOf(basePath, element.type),
      min: isSlice || min > (base?.min ?? 0) ? min : 0,
      max: isSlice || base?.max !== element.max ? max : Number.POSITIVE_INFINITY,
      ...(narrowed ? { types } : {}),
      ...valuesOf(element),
      ...(element.maxLength === undefined ? {} : { maxLength: element.maxLength }),
      ...(binding ? { binding } : {}),
      ...(targetProfiles && differs(targetProfiles, base && targetsOf(base)) ? { targetProfiles } : {}),
      ...(typeProfiles.size > 0 ? { typeProfiles } : {}),
      constraints: this.#constraints(element, base, basePath),
      mustSupport: element.mustSupport === true,
      children: node.children
        .map((child) => this.#shape(child, `${path}.${child.name}`, false))
        .filter(saysSomething),
      ...(element.slicing ? { slicing: element.slicing } : {}),
      slices: node.slices.map((slice) => this.#shape(slice, path, true)),
    }
  }

  /** Those that neither the element's nor the type's own definition has. */
  #constraints(
    element: ElementDefinition,
    base: ElementDefinition | undefined,
    path: string,
  ): CompiledConstraint[] {
    if (!element.constraint?.length) return []
    const inherited = new Set(base?.constraint?.map(({ key }) => key))
    const types = element.type?.map(typeCode) ?? []
    for (const type of types.flatMap((each) => this.plans.ancestorsOf(each))) {
      for (const { key } of this.plans.nodeAt(type)?.element.constraint ?? []) inherited.add(key)
    }
    const [type = path] = types
    const backbone = type === 'BackboneElement' || type === 'Element'
    return element.constraint
      .filter(({ key, expression }) => expression !== undefined && !inherited.has(key))
      .map((constraint) => compileConstraint(constraint, backbone ? path : type))
  }
}

function saysSomething(shape: Shape): boolean {
  return (
    shape.min > 0 ||
    shape.max < Number.POSITIVE_INFINITY ||
    shape.mustSupport ||
    shape.constraints.length > 0 ||
    shape.children.length > 0 ||
    shape.slices.length > 0 ||
    [
      'types',
      'fixed',
      'pattern',
      'maxLength',
      'minValue',
      'maxValue',
      'binding',
      'targetProfiles',
      'typeProfiles',
    ].some((field) => field in shape)
  )
}

/** `fixed`, `pattern`, `minValue` and `maxValue`, whatever their types. */
export function valuesOf(
  element: ElementDefinition,
): Pick<Shape, 'fixed' | 'pattern' | 'minValue' | 'maxValue'> {
  const values: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(element)) {
    const [, name] = /^(fixed|pattern|minValue|maxValue)[A-Z]/.exec(field) ?? []
    if (name !== undefined) values[name] = value
  }
  return values
}

function bindingKey({ binding }: ElementDefinition): string {
  return `${binding?.strength} ${binding?.valueSet}`
}

/** Canonical URLs of the targets that references have to have one of; undefined for any. */
export function targetsOf({ type }: ElementDefinition): readonly string[] | undefined {
  const references = type?.filter(({ code }) => code === 'Reference') ?? []
  const targets = references.flatMap(({ targetProfile }) => targetProfile ?? [])
  return targets.length > 0 ? targets : undefined
}

/** Extensions are checked against their own definitions, wherever they are. */
function profilesOf(
  element: ElementDefinition,
  base: ElementDefinition | undefined,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(base?.type?.flatMap(({ profile }) => profile ?? []))
  const profiles = new Map<string, readonly string[]>()
  for (const type of element.type ?? []) {
    const own = type.profile?.filter((profile) => !known.has(profile)) ?? []
    if (own.length > 0 && type.code !== 'Extension') profiles.set(typeCode(type), own)
  }
  return profiles
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}
