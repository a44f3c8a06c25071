import type { Branch, Condition, Operand, Step } from './plan.js'

/** JavaScript that does something with the node in a variable. */
export type Sink = (variable: string) => string

/** Branches that start alike share their walk: each property is read once. */
interface Walk {
  readonly children: Map<string, { readonly step: Step; readonly walk: Walk }>
  readonly sinks: Sink[]
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Turns branches into JavaScript. The code is made of property names that come from the definitions, of literals that are
 * written with JSON.stringify, and of nothing else, so an expression cannot smuggle code in. It reads any JSON without
 * throwing: a value of an unexpected shape is passed over.
 *
 * In the code `r` is the resource; the names in `helpers` must be in scope.
 */
export class Emitter {
  static readonly helpers = ['isArray', 'refersTo', 'equal', 'truth', 'and', 'or', 'not'] as const
  readonly #functions = new Map<string, string>()
  #variables = 0

  /** Functions that the emitted code calls: to be put in front of it. */
  functions(): string {
    return [...this.#functions].map(([code, name]) => `const ${name} = ${code}\n`).join('')
  }

  /** Statements that walk all the branches from `variable` and pass what they yield to their sinks. */
  statements(routes: readonly { readonly branch: Branch; readonly sink: Sink }[], variable: string): string {
    const walk: Walk = { children: new Map(), sinks: [] }
    for (const { branch, sink } of routes) {
      let at = walk
      for (const step of branch.steps) {
        const key = JSON.stringify(step)
        let child = at.children.get(key)
        if (!child) {
          child = { step, walk: { children: new Map(), sinks: [] } }
          at.children.set(key, child)
        }
        at = child.walk
      }
      at.sinks.push(sink)
    }
    return this.#walk(walk, variable)
  }

  /** The name of a function `(node, resource) => nodes` for the nodes that the branches yield. */
  collector(branches: readonly Branch[]): string {
    const sink: Sink = (variable) => `out.push(${variable})\n`
    const routes = branches.map((branch) => ({ branch, sink }))
    // A function has its own variables; numbering them anew makes equal functions equal text.
    const outer = this.#variables
    this.#variables = 0
    const body = this.statements(routes, 'v')
    this.#variables = outer
    return this.#hoist(`(v, r) => {\nconst out = []\n${body}return out\n}`)
  }

  #hoist(code: string): string {
    const known = this.#functions.get(code)
    if (known) return known
    const name = `f${this.#functions.size}`
    this.#functions.set(code, name)
    return name
  }

  #walk({ children, sinks }: Walk, variable: string): string {
    let code = ''
    for (const sink of sinks) code += sink(variable)
    for (const { step, walk } of children.values()) code += this.#step(step, walk, variable)
    return code
  }

  #step(step: Step, walk: Walk, variable: string): string {
    switch (step.kind) {
      case 'property':
        return this.#property(step, walk, variable)
      case 'resource':
        return this.#walk(walk, 'r')
      case 'where':
        return `if (${this.#isTrue(step.condition, variable)}) {\n${this.#walk(walk, variable)}}\n`
      case 'test': {
        const outcome = this.#variable()
        const code = this.#condition(step.condition, variable)
        return `const ${outcome} = ${code}\nif (${outcome} !== undefined) {\n${this.#walk(walk, outcome)}}\n`
      }
    }
  }

  #property(step: Extract<Step, { kind: 'property' }>, walk: Walk, variable: string): string {
    const from = `${variable}.${property(step.name)}`
    const node = this.#variable()
    const inner = this.#walk(walk, node)
    // Only objects have children; a primitive is of use to a sink alone.
    const children = [...walk.children.values()]
    const goesOn = walk.sinks.length === 0 && children.every(({ step }) => step.kind === 'property')
    const usable = goesOn ? `typeof ${node} === 'object' && ${node} !== null` : `${node} != null`
    if (!step.many) return `const ${node} = ${from}\nif (${usable}) {\n${inner}}\n`
    if (step.index !== undefined) {
      const array = this.#variable()
      return (
        `const ${array} = ${from}\nconst ${node} = isArray(${array}) ? ${array}[${step.index}] : undefined\n` +
        `if (${usable}) {\n${inner}}\n`
      )
    }
    const array = this.#variable()
    return `const ${array} = ${from}\nif (isArray(${array})) for (const ${node} of ${array}) if (${usable}) {\n${inner}}\n`
  }

  #variable(): string {
    return `v${this.#variables++}`
  }

  /** A JavaScript expression for true or not, where empty counts as false. */
  #isTrue(condition: Condition, variable: string): string {
    switch (condition.kind) {
      case 'and':
        return `(${this.#isTrue(condition.left, variable)} && ${this.#isTrue(condition.right, variable)})`
      case 'or':
        return `(${this.#isTrue(condition.left, variable)} || ${this.#isTrue(condition.right, variable)})`
      case 'equals': {
        const name = plainProperty(condition.left)
        if (name === undefined || !('literal' in condition.right)) break
        return `${variable}.${property(name)} === ${JSON.stringify(condition.right.literal)}`
      }
    }
    return `${this.#condition(condition, variable)} === true`
  }

  /** A JavaScript expression for true, false or (empty) undefined. */
  #condition(condition: Condition, variable: string): string {
    switch (condition.kind) {
      case 'and':
      case 'or': {
        const sides = [condition.left, condition.right].map((side) => this.#condition(side, variable))
        return `${condition.kind}(${sides.join(', ')})`
      }
      case 'not':
        return `not(${this.#condition(condition.of, variable)})`
      case 'equals':
        return `equal(${this.#operand(condition.left, variable)}, ${this.#operand(condition.right, variable)})`
      case 'exists':
        return `(${this.collector(condition.branches)}(${variable}, r).length > 0)`
      case 'truth':
        return `truth(${this.collector(condition.branches)}(${variable}, r))`
      case 'refers':
        return `refersTo(${variable}, ${JSON.stringify(condition.type)}, r)`
      case 'resourceType':
        return `(${variable}.resourceType === ${JSON.stringify(condition.type)})`
      case 'constant':
        return String(condition.value)
    }
  }

  #operand(operand: Operand, variable: string): string {
    if ('literal' in operand) return `[${JSON.stringify(operand.literal)}]`
    return `${this.collector(operand.branches)}(${variable}, r)`
  }
}

/** The property of an operand that is nothing but one, as `system` in `where(system = 'phone')`. */
function plainProperty(operand: Operand): string | undefined {
  if ('literal' in operand || operand.branches.length !== 1) return undefined
  const [step, ...rest] = operand.branches[0]?.steps ?? []
  return step?.kind === 'property' && !step.many && rest.length === 0 ? step.name : undefined
}

function property(name: string): string {
  if (!identifier.test(name)) throw new Error(`'${name}' is no element name`)
  return name
}
