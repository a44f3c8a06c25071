import type { FhirNode, FhirPathEnvironment } from '../../fhirpath/contract.js'
import type { Constraint } from './constraint.js'
import { hasContent, isExtensionSound, type Json, type NativeSurroundings } from './native.js'
import { type Check, constraintOf, type Member, type Plan, planOf } from './plan.js'

/** Told of each invariant that does not hold. */
export type OnViolation = (constraint: Constraint, expression: string, element: unknown) => void

/**
 * One pass over a resource that checks each element's invariants where the element is. Resources inside are left out:
 * they are targets of their own.
 */
export class InvariantWalk {
  readonly #environment: FhirPathEnvironment
  readonly #surroundings: NativeSurroundings
  readonly #onViolation: OnViolation
  /** Steps from the resource to the element at hand: names, then indexes where an element repeats. */
  readonly #steps: (string | number)[]

  constructor(
    expression: string,
    environment: FhirPathEnvironment,
    surroundings: NativeSurroundings,
    onViolation: OnViolation,
  ) {
    this.#steps = [expression]
    this.#environment = environment
    this.#surroundings = surroundings
    this.#onViolation = onViolation
  }

  /** Checks an object and all that it holds. */
  visit(value: Json, plan: Plan): void {
    if (plan.checks.length > 0) this.#check(plan.checks, value, plan.type)
    for (const property in value) {
      const item = value[property]
      const member = plan.members.get(property)
      if (member !== undefined) {
        if (member.primitive) {
          if (member.checks.length > 0) this.#visitPrimitives(item, member)
        } else this.#visitElements(item, member)
      } else if (property.charCodeAt(0) === 95) this.#visitSiblings(value, property, plan)
    }
  }

  #visitElements(item: unknown, member: Member): void {
    if (member.type === '') return
    const steps = this.#steps
    steps.push(member.step)
    const plan = member.plan()
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) {
        steps.push(index)
        this.#visitElement(item[index], member, plan)
        steps.pop()
      }
    } else this.#visitElement(item, member, plan)
    steps.pop()
  }

  #visitElement(item: unknown, member: Member, plan: Plan): void {
    if (typeof item !== 'object' || item === null) return
    const element = item as Json
    if (!hasContent(element)) this.#violated('ele-1', element)
    if (plan.extension && !isExtensionSound(element)) this.#violated('ext-1', element)
    if (member.checks.length > 0) this.#check(member.checks, element, plan.type)
    this.visit(element, plan)
  }

  #visitPrimitives(item: unknown, member: Member): void {
    this.#steps.push(member.step)
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) {
        this.#steps.push(index)
        if (item[index] !== null) this.#checkPrimitive(item[index], member)
        this.#steps.pop()
      }
    } else this.#checkPrimitive(item, member)
    this.#steps.pop()
  }

  #checkPrimitive(value: unknown, member: Member): void {
    for (const check of member.checks) {
      if (!check.holds({ value, type: member.type }, this.#environment)) {
        this.#onViolation(check.constraint, this.#expression(), value)
      }
    }
  }

  /** What is beside a primitive: its id and extensions. */
  #visitSiblings(parent: Json, property: string, plan: Plan): void {
    const name = property.slice(1)
    const member = plan.members.get(name)
    const sibling = parent[property]
    if (member === undefined || typeof sibling !== 'object' || sibling === null) return
    this.#steps.push(member.step)
    const values = parent[name]
    if (Array.isArray(sibling)) {
      for (let index = 0; index < sibling.length; index++) {
        this.#steps.push(index)
        const value = Array.isArray(values) ? values[index] : undefined
        if (sibling[index] != null) this.#visitSibling(sibling[index] as Json, value)
        this.#steps.pop()
      }
    } else this.#visitSibling(sibling as Json, values)
    this.#steps.pop()
  }

  #visitSibling(sibling: Json, value: unknown): void {
    if (value == null && !hasContent(sibling)) this.#violated('ele-1', sibling)
    this.visit(sibling, planOf('Element'))
  }

  #check(checks: readonly Check[], value: Json, type: string): void {
    let node: FhirNode | undefined
    for (const check of checks) {
      let holds: boolean
      if (check.native !== undefined) holds = check.native(value, this.#surroundings)
      else {
        node ??= { value, type }
        holds = check.holds(node, this.#environment)
      }
      if (!holds) this.#onViolation(check.constraint, this.#expression(), value)
    }
  }

  #violated(key: string, element: Json): void {
    this.#onViolation(constraintOf(key), this.#expression(), element)
  }

  #expression(): string {
    let text = ''
    for (const step of this.#steps) {
      text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
    }
    return text
  }
}
