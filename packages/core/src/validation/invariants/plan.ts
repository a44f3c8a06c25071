import type { Invariant } from '../../fhirpath/contract.js'
import { compileInvariant } from '../../fhirpath/expression.js'
import { isPrimitiveType, propertiesOf } from '../../fhirpath/model.js'
import type { Constraint } from './constraint.js'
import { loadInvariants } from './generated.js'
import { type NativeInvariant, nativeInvariants } from './native.js'

/** One invariant, ready to be checked: by hand, or compiled from its expression. */
export interface Check {
  readonly constraint: Constraint
  readonly native?: NativeInvariant
  readonly holds: Invariant
}

/** How to walk through the objects of one type. */
export interface Plan {
  readonly type: string
  readonly extension: boolean
  readonly checks: readonly Check[]
  readonly members: ReadonlyMap<string, Member>
}

/** A property of the objects of a type. */
export interface Member {
  /** Its step in FHIRPath: `name`, `value.ofType(Quantity)`. */
  readonly step: string
  readonly type: string
  readonly primitive: boolean
  /** Invariants of this element, besides those of its type. */
  readonly checks: readonly Check[]
  /** Of its objects; made when first asked for. */
  plan(): Plan
}

const none: readonly Check[] = []
const plans = new Map<string, Plan>()
const checks = new Map<number, Check>()

/** The plan of a type, or of the path of a backbone element. Made at the first call. */
export function planOf(type: string): Plan {
  const { references } = loadInvariants()
  const path = canonicalPath(type, references)
  let plan = plans.get(path)
  if (plan === undefined) {
    plan = makePlan(path)
    plans.set(path, plan)
  }
  return plan
}

function canonicalPath(path: string, references: Readonly<Record<string, string>>): string {
  return Object.hasOwn(references, path) ? (references[path] as string) : path
}

function makePlan(type: string): Plan {
  const members = new Map<string, Member>()
  for (const [property, { name, child }] of propertiesOf(type)) {
    const step = property === name ? name : `${name}.ofType(${child.type})`
    const primitive = isPrimitiveType(child.type)
    // A backbone element is a type of its own: what stands on it stands on that.
    const own = child.type === `${type}.${name}` ? none : checksAt(`${type}.${name}`)
    let plan: Plan | undefined
    members.set(property, {
      step,
      type: child.type,
      primitive,
      checks: own,
      plan: () => {
        plan ??= planOf(child.type)
        return plan
      },
    })
  }
  return {
    type,
    extension: type === 'Extension',
    checks: checksAt(type),
    members,
  }
}

function checksAt(path: string): readonly Check[] {
  const { at } = loadInvariants()
  if (!Object.hasOwn(at, path)) return none
  return (at[path] ?? []).map(checkOf).filter(({ constraint }) => !everywhere.has(constraint.key))
}

/** Checked by the walk itself. */
const everywhere = new Set(['ele-1', 'ext-1'])

function checkOf(number: number): Check {
  const known = checks.get(number)
  if (known !== undefined) return known
  const rule = loadInvariants().rules[number]
  if (rule === undefined) throw new Error(`Expected a rule ${number} in generated/invariants.json.`)
  const [key, severity, human, expression, syntax] = rule
  const native = nativeInvariants.get(key)
  const check: Check = {
    constraint: { key, severity, human, expression },
    holds: compileInvariant(expression, syntax),
    ...(native === undefined ? {} : { native }),
  }
  checks.set(number, check)
  return check
}

const byKey = new Map<string, Constraint>()

/** An invariant by its key, for those that stand everywhere. */
export function constraintOf(key: string): Constraint {
  let found = byKey.get(key)
  if (found === undefined) {
    const number = loadInvariants().rules.findIndex((rule) => rule[0] === key)
    found = checkOf(number).constraint
    byKey.set(key, found)
  }
  return found
}
