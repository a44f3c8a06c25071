import type { SearchParameter } from '../../definitions/definitions.js'
import { converterFor, converterNames } from './converters.js'
import { Emitter, type Sink } from './emit.js'
import { parseExpression } from './parse.js'
import { type Branch, Planner, type Structures } from './plan.js'
import { UnsupportedExpression } from './syntax.js'

/** A branch of a parameter that yields a type that the parameter cannot index, e.g. a token on a backbone element. */
export interface Unindexed {
  readonly resourceType: string
  readonly code: string
  readonly type: string
}

interface Route {
  readonly branch: Branch
  readonly sink: Sink
}

/** What extraction code needs in scope: see `search/extract/runtime.ts`. */
export const runtimeNames: readonly string[] = [...Emitter.helpers, ...converterNames]

/**
 * Compiles search parameters to the source of extraction functions.
 *
 * Each function is called with a resource `r` and a sink `x`; converters put the values into the sink.
 */
export class ExtractorCompiler {
  readonly #structures: Structures
  readonly #emitter = new Emitter()
  readonly #functions: string[] = []
  #sinks = 0
  /** What was left out, for the build to judge. */
  readonly unindexed: Unindexed[] = []

  constructor(structures: Structures) {
    this.#structures = structures
  }

  /**
   * Adds a function named after the resource type that extracts all the given parameters.
   *
   * @throws UnsupportedExpression for an expression that cannot be compiled.
   */
  add(resourceType: string, parameters: Iterable<SearchParameter>): void {
    if (resourceType !== 'Resource' && !this.#structures.isResourceType(resourceType)) {
      throw new UnsupportedExpression(`Expected an R4 resource type, found '${resourceType}'.`)
    }
    const planner = new Planner(this.#structures, resourceType)
    const routes = [...parameters].flatMap((parameter) => this.#routes(planner, resourceType, parameter))
    this.#functions.push(`${resourceType}(r, x) {\n${this.#emitter.statements(routes, 'r')}}`)
  }

  /** The source of a function that is given the runtime and returns the extraction functions by type. */
  source(): string {
    return (
      `(h) => {\nconst { ${runtimeNames.join(', ')} } = h\n${this.#emitter.functions()}` +
      `return {\n${this.#functions.join(',\n')}\n}\n}`
    )
  }

  #routes(planner: Planner, resourceType: string, parameter: SearchParameter): Route[] {
    if (parameter.expression === undefined) return []
    const branches = planner.plan(parseExpression(parameter.expression))
    if (parameter.type === 'composite') {
      return branches.map((branch) => ({
        branch,
        sink: this.#composite(planner, resourceType, parameter, branch),
      }))
    }
    return this.#valueRoutes(branches, resourceType, parameter, 'x')
  }

  #valueRoutes(
    branches: readonly Branch[],
    resourceType: string,
    parameter: Pick<SearchParameter, 'code' | 'type'>,
    target: string,
  ): Route[] {
    return branches.flatMap((branch): Route[] => {
      const converter = converterFor(parameter.type, branch.type, branch.path)
      if (converter === undefined) {
        this.unindexed.push({ resourceType, code: parameter.code, type: branch.type })
        return []
      }
      const code = JSON.stringify(parameter.code)
      const system =
        converter === 'tokenCode' && branch.system !== undefined ? `, ${JSON.stringify(branch.system)}` : ''
      return [{ branch, sink: (variable) => `${converter}(${target}, ${code}, ${variable}${system})\n` }]
    })
  }

  /**
   * A composite's components are read from the element that it selects. The last one is read first: it is the value, and
   * more often absent than the code.
   */
  #composite(planner: Planner, resourceType: string, parameter: SearchParameter, focus: Branch): Sink {
    const components = (parameter.components ?? []).map((component) => {
      const branches = planner.plan(parseExpression(component.expression), { ...focus, steps: [] })
      const target = `s${this.#sinks++}`
      return { target, routes: this.#valueRoutes(branches, resourceType, component, target) }
    })
    return (variable) => {
      const values = components.map(({ target }) => `${target}.values`).join(', ')
      let code = `x.composite(${JSON.stringify(parameter.code)}, [${values}])\n`
      for (const { target, routes } of components) {
        const statements = this.#emitter.statements(routes, variable)
        code = `const ${target} = x.nested()\n${statements}if (${target}.values.length > 0) {\n${code}}\n`
      }
      return `{\n${code}}\n`
    }
  }
}

/**
 * The source of a function `(resource) => nodes` for one expression, given the runtime.
 *
 * @throws UnsupportedExpression for an expression that cannot be compiled.
 */
export function compileNodes(structures: Structures, resourceType: string, expression: string): string {
  const emitter = new Emitter()
  const name = emitter.collector(new Planner(structures, resourceType).plan(parseExpression(expression)))
  return `(h) => {\nconst { ${Emitter.helpers.join(', ')} } = h\n${emitter.functions()}return (r) => ${name}(r, r)\n}`
}
