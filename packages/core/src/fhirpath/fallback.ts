import { createRequire } from 'node:module'
import { hasMatch, replaceMatches } from './bounded-match.js'
import { budgeted, step } from './budget.js'
import type { FhirNode, FhirPathEnvironment, FhirPathExpression } from './contract.js'
import { degreeOf, degreeOfText, nodesIn } from './cost.js'
import { EvaluationError, type SystemNode, systemNode, Unsupported, variableValue } from './node.js'
import { parseSyntax } from './parse.js'

const require = createRequire(import.meta.url)

/** The parts of the package `fhirpath` that are used here. */
interface Engine {
  compile(
    path: string | { readonly base: string; readonly expression: string },
    model: unknown,
    options: object,
  ): (data: unknown, environment: Record<string, unknown>) => unknown[]
}

/** A node of the engine's own. */
interface EngineNode {
  readonly data: unknown
  readonly _data?: unknown
  readonly path: string | null
  readonly fhirNodeDataType: string | null
}

/** In place of the engine's own, which have no limit of time. */
const userInvocationTable = {
  matches: onText((own, pattern) => hasMatch(own, pattern)),
  matchesFull: onText((own, pattern) => hasMatch(own, `^(?:${pattern})$`)),
  replaceMatches: {
    fn: (inputs: unknown[], pattern: unknown, by: unknown) =>
      typeof pattern !== 'string' || typeof by !== 'string'
        ? []
        : textsIn(inputs).map((own) => (pattern === '' ? own : replaceMatches(own, pattern, by))),
    arity: { 2: ['String', 'String'] },
  },
}

function onText(work: (text: string, pattern: string) => boolean): object {
  return {
    // An empty collection stands for what is missing.
    fn: (inputs: unknown[], pattern: unknown) =>
      typeof pattern !== 'string' ? [] : textsIn(inputs).map((own) => work(own, pattern)),
    arity: { 1: ['String'] },
  }
}

/** The engine hands over nodes of resources, or plain values. */
function textsIn(inputs: unknown[]): string[] {
  if (inputs.length > 1) throw new EvaluationError('one text was expected')
  return inputs
    .map((input) => (typeof input === 'object' && input !== null && 'data' in input ? input.data : input))
    .filter((value) => typeof value === 'string')
}

let engine: Engine | undefined
let model: unknown

/**
 * Evaluates an expression by the package `fhirpath`, which is loaded at the first call: for what the compiler of this
 * folder does not know. It sees no `resolve()`, `memberOf()` or `conformsTo()` of the environment.
 */
export function fallbackExpression(expression: string): FhirPathExpression {
  const compiled = new Map<string, ReturnType<Engine['compile']>>()
  let degree: number | undefined
  function evaluate(node: FhirNode, environment: FhirPathEnvironment): FhirNode[] {
    // The engine counts no steps, so what it may take at most is paid ahead.
    degree ??= assumedDegree(expression)
    step(nodesIn(environment.resource) ** degree)
    const base = hasResourceType(node.value) ? '' : node.type
    let run = compiled.get(base)
    if (run === undefined) {
      engine ??= require('fhirpath') as Engine
      model ??= require('fhirpath/fhir-context/r4')
      const options = { resolveInternalTypes: false, traceFn: () => {}, userInvocationTable }
      run = engine.compile(base === '' ? expression : { base, expression }, model, options)
      compiled.set(base, run)
    }
    return run(plain(node.value), variables(environment)).flatMap(fromEngine)
  }
  return (node, environment) => budgeted(() => evaluate(node, environment))
}

function assumedDegree(expression: string): number {
  try {
    return degreeOf(parseSyntax(expression))
  } catch (error) {
    if (error instanceof Unsupported) return degreeOfText(expression)
    throw error
  }
}

/** The engine writes its own marks into what it is given, so it gets a copy. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}

const copied = new WeakMap<FhirPathEnvironment, Record<string, unknown>>()

/** Copied once for an environment, which stands for resources as they are while one check runs. */
function variables(environment: FhirPathEnvironment): Record<string, unknown> {
  let given = copied.get(environment)
  if (given === undefined) {
    given = copyVariables(environment)
    copied.set(environment, given)
  }
  return given
}

function copyVariables(environment: FhirPathEnvironment): Record<string, unknown> {
  const given: Record<string, unknown> = {
    resource: plain(environment.resource.value),
    rootResource: plain((environment.rootResource ?? environment.resource).value),
  }
  for (const [name, value] of Object.entries(environment.variables ?? {}))
    given[name] = plain(variableValue(value))
  return given
}

function hasResourceType(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'resourceType' in value
}

function fromEngine(result: unknown): FhirNode[] {
  switch (typeof result) {
    case 'boolean':
      return [systemNode('System.Boolean', result)]
    case 'string':
      return [systemNode('System.String', result)]
    case 'number':
      return [systemNode(Number.isInteger(result) ? 'System.Integer' : 'System.Decimal', result)]
    case 'bigint':
      return [systemNode('System.Integer', Number(result))]
    default:
      return typeof result === 'object' && result !== null ? [fromObject(result)] : []
  }
}

function fromObject(result: object): SystemNode {
  if ('fhirNodeDataType' in result) {
    const { data, _data: sibling, fhirNodeDataType, path } = result as EngineNode
    return {
      value: isDecimal(data) ? Number(String(data)) : data,
      type: fhirNodeDataType ?? path ?? 'Element',
      ...(sibling == null ? {} : { sibling }),
    }
  }
  const text = String(result)
  if (isDecimal(result)) {
    return { ...systemNode(text.includes('.') ? 'System.Decimal' : 'System.Integer', Number(text)), text }
  }
  if ('unit' in result) {
    const { value, unit } = result as { value: unknown; unit: string }
    return systemNode('System.Quantity', {
      value: Number(String(value)),
      unit: unit.replace(/^'(.*)'$/, '$1'),
    })
  }
  const name = Object.getPrototypeOf(result)?.constructor?.name
  const type = name === 'FP_Time' ? 'Time' : name === 'FP_Date' ? 'Date' : 'DateTime'
  return systemNode(
    name?.startsWith('FP_') ? `System.${type}` : 'System.Any',
    name?.startsWith('FP_') ? text : result,
  )
}

function isDecimal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'decimalPlaces' in value
}
