import type { SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { converterFor } from '../search/compile/converters.js'
import type { Extractor } from '../search/extract/compiled.js'
import { runtime } from '../search/extract/runtime.js'
import type { ValueSink } from '../search/extract/sink.js'
import type { Fault } from './fault.js'

/** A node of the syntax tree, as the engine gives it. */
interface SyntaxNode {
  readonly type?: string
  readonly text?: string
  readonly start?: { readonly column: number }
  readonly children?: readonly SyntaxNode[]
}

/** An element that the engine selected; computed values come bare. */
interface ElementNode {
  readonly fhirNodeDataType: string | null
  readonly data: unknown
}

/**
 * Functions that an index may be built by: what they give depends on the resource alone, in bounded time. So no clock,
 * no terminology, no other resources, no regular expressions, no recursion.
 */
const functions = new Set(
  (
    'where select exists empty not all allTrue anyTrue allFalse anyFalse count distinct isDistinct first last tail skip ' +
    'take single intersect exclude union combine ofType as is children iif toBoolean toInteger toDecimal toString toDate ' +
    'toDateTime toQuantity convertsToBoolean convertsToInteger convertsToDecimal convertsToString convertsToDate ' +
    'convertsToDateTime convertsToQuantity indexOf substring startsWith endsWith contains upper lower replace length ' +
    'split join trim abs ceiling floor round truncate extension hasValue getValue subsetOf supersetOf'
  ).split(' '),
)

const constants = new Set(['resource', 'context', 'rootResource', 'ucum', 'sct', 'loinc'])

/**
 * An extractor that evaluates a parameter's expression by a FHIRPath engine, compiled once.
 *
 * @param types resource types on which it must evaluate, if only to nothing.
 * @returns the extractor, or why the expression cannot be used.
 */
export async function fallbackExtractor(
  parameter: SearchParameter,
  types: readonly string[],
): Promise<Extractor | Fault> {
  const [{ default: fhirpath }, { default: model }] = await Promise.all([
    import('fhirpath'),
    import('fhirpath/fhir-context/r4'),
  ])
  const expression = parameter.expression ?? ''
  const fault = (message: string): Fault => ({ element: 'expression', message })
  let evaluate: (resource: AnyResource, environment: Record<string, unknown>) => unknown[]
  try {
    const refused = refusedPart(fhirpath.parse(expression))
    if (refused !== undefined) return fault(refused)
    const options = { resolveInternalTypes: false, traceFn: () => {} }
    evaluate = fhirpath.compile(expression, model, options) as typeof evaluate
    for (const type of types) evaluate({ resourceType: type }, {})
  } catch (error) {
    return fault(explain(error))
  }
  return (resource, sink) => {
    let found: unknown[]
    try {
      found = evaluate(resource, {})
    } catch {
      // An engine's error on one odd resource leaves that one out, as a missing element does.
      return
    }
    for (const node of found) convert(parameter, node, sink)
  }
}

type Converter = (sink: ValueSink, param: string, node: unknown) => void

function convert({ type, code }: SearchParameter, node: unknown, sink: ValueSink): void {
  const [elementType, value] = typed(node)
  const name = converterFor(type, elementType, undefined)
  if (name !== undefined) (runtime[name] as Converter)(sink, code, value)
}

/** The type and the JSON of what the engine gave; what was computed has FHIRPath's own types. */
function typed(node: unknown): readonly [type: string, value: unknown] {
  switch (typeof node) {
    case 'string':
    case 'boolean':
      return [typeof node, node]
    case 'number':
    case 'bigint':
      return ['decimal', Number(node)]
    case 'object':
      break
    default:
      return ['', undefined]
  }
  if (node === null) return ['', undefined]
  if ('fhirNodeDataType' in node) {
    const { fhirNodeDataType, data } = node as ElementNode
    return [fhirNodeDataType ?? '', data]
  }
  // Objects of the engine's own, which write themselves as text.
  const text = String(node)
  if ('decimalPlaces' in node) return ['decimal', Number(text)]
  return /^\d{4}(-\d\d(-\d\d(T.*)?)?)?$/.test(text) ? ['dateTime', text] : ['', undefined]
}

function refusedPart(node: SyntaxNode): string | undefined {
  const place = node.start ? ` (column ${node.start.column})` : ''
  if (node.type === 'FunctionInvocation' && !functions.has(node.text ?? '')) {
    return `the function ${node.text}()${place} cannot be part of an index, whose values must depend on nothing but the resource. These can: ${[...functions].join(', ')}.`
  }
  if (node.type === 'ExternalConstantTerm' && !constants.has(node.text ?? '')) {
    return `there is no %${node.text}${place} when a resource is indexed; %resource is.`
  }
  for (const child of node.children ?? []) {
    const refused = refusedPart(child)
    if (refused !== undefined) return refused
  }
  return undefined
}

/** The engine's message, without its list of all tokens that could have followed. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const at = /line: (\d+); column: (\d+); message: (.*)/s.exec(message)
  if (!at) return `it cannot be evaluated: ${message.slice(0, 300)}`
  const [, line, column, reason = ''] = at
  const place = line === '1' ? `column ${column}` : `line ${line}, column ${column}`
  return `it is no FHIRPath: ${place}: ${reason.replace(/ expecting \{.*\}/s, '').slice(0, 300)}.`
}
