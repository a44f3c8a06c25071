import type { Definitions, ElementDefinition } from '../../definitions/definitions.js'
import { type Expression, UnknownElement, UnsupportedExpression } from './syntax.js'

/** What the compiler needs to know of a FHIR version. */
export type Structures = Pick<Definitions, 'elements' | 'isResourceType'>

/** One move from a node to the next, with the names and the cardinality of the JSON. */
export type Step =
  | { readonly kind: 'property'; readonly name: string; readonly many: boolean; readonly index?: number }
  /** Goes back to the resource: `%resource`. */
  | { readonly kind: 'resource' }
  /** Keeps nodes for which the condition is true. */
  | { readonly kind: 'where'; readonly condition: Condition }
  /** Turns a node into the outcome of a condition on it. */
  | { readonly kind: 'test'; readonly condition: Condition }

/** A condition on a node, with FHIRPath's three values: true, false and empty. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'equals'; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'exists'; readonly branches: readonly Branch[] }
  | { readonly kind: 'truth'; readonly branches: readonly Branch[] }
  /** The node is a reference to a resource of this type. */
  | { readonly kind: 'refers'; readonly type: string }
  /** The node is a resource of this type. */
  | { readonly kind: 'resourceType'; readonly type: string }
  | { readonly kind: 'constant'; readonly value: boolean }

export type Operand =
  | { readonly literal: string | number | boolean }
  | { readonly branches: readonly Branch[] }

/**
 * A path in the JSON that can be walked without knowing FHIR: choice elements are resolved to their properties, so an
 * expression becomes one branch for each type that it may yield.
 */
export interface Branch {
  readonly steps: readonly Step[]
  /** The type of what the branch yields: `CodeableConcept`, `dateTime`, `BackboneElement`. */
  readonly type: string
  /** Where the definitions list the elements of what it yields; undefined for primitives. */
  readonly path: string | undefined
  /** The system that a code belongs to without saying so. */
  readonly system?: string
}

const quantities = new Set(['Age', 'Count', 'Distance', 'Duration'])

function isOfType(type: string, wanted: string): boolean {
  if (type === wanted) return true
  if (wanted === 'Quantity') return quantities.has(type)
  // Observation-code-value-date says DateTime where the FHIR type is dateTime.
  return /^[a-z]/.test(type) && type === wanted.charAt(0).toLowerCase() + wanted.slice(1)
}

function isPrimitive(type: string): boolean {
  return /^[a-z]/.test(type)
}

/** Plans expressions on one resource type. */
export class Planner {
  readonly #structures: Structures
  readonly #root: Branch

  constructor(structures: Structures, resourceType: string) {
    this.#structures = structures
    this.#root = { steps: [], type: resourceType, path: resourceType }
  }

  /**
   * The branches that an expression selects, from `focus` (the resource itself unless given).
   *
   * @throws UnsupportedExpression for functions and elements that are not known.
   */
  plan(expression: Expression, focus: Branch = this.#root): readonly Branch[] {
    switch (expression.kind) {
      case 'this':
        return [focus]
      case 'resource':
        return [{ ...this.#root, steps: [{ kind: 'resource' }] }]
      case 'name':
        return this.#name(expression.name, focus)
      case 'member':
        return this.plan(expression.focus, focus).flatMap((branch) => this.#member(branch, expression.name))
      case 'index':
        return this.plan(expression.focus, focus).flatMap((branch) => index(branch, expression.index))
      case 'as':
        return this.#ofType(this.plan(expression.focus, focus), expression.type)
      case 'union':
        return expression.branches.flatMap((branch) => this.plan(branch, focus))
      case 'call':
        return this.#call(expression, focus)
      case 'is':
      case 'binary':
        return [this.#test(expression, focus)]
      case 'literal':
        throw new UnsupportedExpression(`A literal (${expression.value}) selects no element.`)
    }
  }

  #name(name: string, focus: Branch): readonly Branch[] {
    if (focus === this.#root && (name === focus.type || name === 'Resource' || name === 'DomainResource')) {
      return [focus]
    }
    // A branch of a shared parameter that is meant for another type.
    if (focus === this.#root && this.#structures.isResourceType(name)) return []
    return this.#member(focus, name)
  }

  #member(branch: Branch, name: string): readonly Branch[] {
    if (branch.path === undefined) return this.#primitiveMember(branch, name)
    const element = this.#structures.elements(branch.path)?.get(name)
    if (!element) throw new UnknownElement(`${branch.path} has no element '${name}'.`)
    return properties(name, element).map(({ property, type }) => ({
      steps: [...branch.steps, { kind: 'property', name: property, many: element.max > 1 }],
      type,
      path: childPath(branch.path ?? '', name, type),
      ...(element.system === undefined ? {} : { system: element.system }),
    }))
  }

  /** `birthDate.extension` is in `_birthDate`. */
  #primitiveMember(branch: Branch, name: string): readonly Branch[] {
    const last = branch.steps.at(-1)
    if (last?.kind !== 'property' || (name !== 'extension' && name !== 'id')) {
      throw new UnknownElement(`A ${branch.type} has no element '${name}'.`)
    }
    const shadow: Branch = {
      steps: [...branch.steps.slice(0, -1), { ...last, name: `_${last.name}` }],
      type: 'Element',
      path: 'Element',
    }
    return this.#member(shadow, name)
  }

  #ofType(branches: readonly Branch[], type: string): readonly Branch[] {
    return branches.flatMap((branch): Branch[] => {
      if (isOfType(branch.type, type)) return [branch]
      if (branch.type !== 'Resource' || !this.#structures.isResourceType(type)) return []
      const condition: Condition = { kind: 'resourceType', type }
      return [{ steps: [...branch.steps, { kind: 'where', condition }], type, path: type }]
    })
  }

  #call(call: Extract<Expression, { kind: 'call' }>, focus: Branch): readonly Branch[] {
    const [argument] = call.args
    const from = () => (call.focus ? this.plan(call.focus, focus) : [focus])
    switch (call.name) {
      case 'where': {
        if (!argument) break
        return from().map((branch) => this.#where(branch, argument))
      }
      case 'as':
      case 'ofType': {
        const type = typeArgument(argument)
        if (type === undefined) break
        return this.#ofType(from(), type)
      }
      case 'first':
        return from().flatMap((branch) => index(branch, 0))
      case 'extension': {
        if (argument?.kind !== 'literal') break
        const url: Expression = { kind: 'name', name: 'url' }
        const criterion: Expression = { kind: 'binary', operator: '=', left: url, right: argument }
        return from()
          .flatMap((branch) => this.#member(branch, 'extension'))
          .map((branch) => this.#where(branch, criterion))
      }
      case 'exists':
      case 'empty':
      case 'not':
        return [this.#test(call, focus)]
    }
    throw new UnsupportedExpression(`The function ${call.name}() is not supported with these arguments.`)
  }

  #where(branch: Branch, criterion: Expression): Branch {
    const condition = this.condition(criterion, { ...branch, steps: [] })
    return { ...branch, steps: [...branch.steps, { kind: 'where', condition }] }
  }

  #test(expression: Expression, focus: Branch): Branch {
    const condition = this.condition(expression, { ...focus, steps: [] })
    return { steps: [...focus.steps, { kind: 'test', condition }], type: 'boolean', path: undefined }
  }

  /**
   * An expression that is true, false or empty on `focus`.
   *
   * @throws UnsupportedExpression as `plan` does.
   */
  condition(expression: Expression, focus: Branch): Condition {
    // `plan` tells the resource itself by identity; a focus that is the bare resource is it.
    const at = focus.steps.length === 0 && focus.path === this.#root.path ? this.#root : focus
    switch (expression.kind) {
      case 'literal':
        if (typeof expression.value !== 'boolean') break
        return { kind: 'constant', value: expression.value }
      case 'binary': {
        const { operator, left, right } = expression
        if (operator === 'and' || operator === 'or') {
          return { kind: operator, left: this.condition(left, at), right: this.condition(right, at) }
        }
        const equals: Condition = {
          kind: 'equals',
          left: this.#operand(left, at),
          right: this.#operand(right, at),
        }
        return operator === '=' ? equals : { kind: 'not', of: equals }
      }
      case 'is':
        return this.#is(expression.focus, expression.type, at)
      case 'call': {
        const { name, args, focus: of } = expression
        const [argument] = args
        if (name === 'not' && of) return { kind: 'not', of: this.condition(of, at) }
        const type = name === 'is' ? typeArgument(argument) : undefined
        if (of && type !== undefined) return this.#is(of, type, at)
        if (name === 'exists' || name === 'empty') {
          const all = of ? this.plan(of, at) : [at]
          const branches = argument ? all.map((branch) => this.#where(branch, argument)) : all
          const exists: Condition = { kind: 'exists', branches }
          return name === 'exists' ? exists : { kind: 'not', of: exists }
        }
      }
    }
    return { kind: 'truth', branches: this.plan(expression, at) }
  }

  #is(expression: Expression, type: string, focus: Branch): Condition {
    if (expression.kind === 'call' && expression.name === 'resolve') {
      const refers: Condition = { kind: 'refers', type }
      if (!expression.focus || expression.focus.kind === 'this') return refers
      const branches = this.plan(expression.focus, focus)
      return {
        kind: 'exists',
        branches: branches.map((branch) => ({
          ...branch,
          steps: [...branch.steps, { kind: 'where', condition: refers }],
        })),
      }
    }
    return { kind: 'exists', branches: this.#ofType(this.plan(expression, focus), type) }
  }

  #operand(expression: Expression, focus: Branch): Operand {
    return expression.kind === 'literal'
      ? { literal: expression.value }
      : { branches: this.plan(expression, focus) }
  }
}

/** `Quantity` or `FHIR.Quantity`. */
function typeArgument(argument: Expression | undefined): string | undefined {
  if (argument?.kind === 'name') return argument.name
  if (argument?.kind !== 'member' || argument.focus.kind !== 'name') return undefined
  return argument.focus.name === 'FHIR' || argument.focus.name === 'System' ? argument.name : undefined
}

/** The JSON properties of an element: one, or one for each type of a choice. */
function properties(name: string, element: ElementDefinition): { property: string; type: string }[] {
  if (element.types.length === 1) return [{ property: name, type: element.types[0] ?? '' }]
  return element.types.map((type) => ({
    property: name + type.charAt(0).toUpperCase() + type.slice(1),
    type,
  }))
}

function childPath(parent: string, name: string, type: string): string | undefined {
  if (type === 'BackboneElement' || type === 'Element') return `${parent}.${name}`
  return isPrimitive(type) ? undefined : type
}

/** `[n]` counts over all nodes of a branch; only where one array is involved is that the array's index. */
function index(branch: Branch, at: number): readonly Branch[] {
  const last = branch.steps.at(-1)
  const earlier = branch.steps.slice(0, -1)
  const simple = earlier.every((step) => step.kind === 'property' && (!step.many || step.index !== undefined))
  if (last?.kind !== 'property' || last.index !== undefined || !simple) {
    throw new UnsupportedExpression(`An index is only supported on the first array of a path.`)
  }
  if (!last.many) return at === 0 ? [branch] : []
  return [{ ...branch, steps: [...earlier, { ...last, index: at }] }]
}
