import type { Model, ResourceNode } from 'fhirpath'
import type { JsonContainer } from './digits.js'

/** The FHIRPath engine with its model of R4, loaded when the first patch comes: at start it costs nothing. */
export interface Engine {
  readonly model: Model
  /**
   * The elements of a resource that a path selects, as nodes of the very objects given.
   *
   * @throws PathError
   */
  select(resource: object, path: string): ResourceNode[]
}

/** A path that cannot be used; the message completes the sentence "the path ...". */
export class PathError extends Error {
  override readonly name = 'PathError'
}

/** Where an element sits: `container[key]`, or `container[key][index]`; a primitive has a sibling at `_key` too. */
export interface Place {
  readonly container: JsonContainer
  readonly key: string
  readonly index: number | undefined
}

/**
 * What a path may call. The rest of FHIRPath could reach outside the resource, compute instead of select, or take
 * unbounded time over a large resource.
 */
const functions: ReadonlySet<string> = new Set(
  (
    'where first last tail skip take single ofType as is exists empty not count hasValue extension ' +
    'startsWith endsWith contains lower upper'
  ).split(' '),
)

let loading: Promise<Engine> | undefined

export function loadEngine(): Promise<Engine> {
  loading ??= load()
  return loading
}

async function load(): Promise<Engine> {
  const [{ default: fhirpath }, { default: model }] = await Promise.all([
    import('fhirpath'),
    import('fhirpath/fhir-context/r4'),
  ])
  return {
    model,
    select(resource, path) {
      try {
        const expression = quoteDiv(path)
        checkExpression(fhirpath.parse(expression))
        const options = { resolveInternalTypes: false, traceFn: () => {} }
        const nodes: unknown[] = fhirpath.evaluate(resource, expression, {}, model, options)
        if (!nodes.every(isNode)) throw new PathError('computes a value instead of selecting an element')
        return nodes
      } catch (error) {
        if (error instanceof PathError) throw error
        const at = /line: (\d+); column: (\d+)/.exec(error instanceof Error ? error.message : '')
        throw new PathError(at ? `is no FHIRPath: see column ${at[2]}` : 'cannot be evaluated')
      }
    },
  }
}

/** The element of narratives has the name of an operator: the grammar wants `text.div` with quotes, FHIR writes it without. */
function quoteDiv(path: string): string {
  return path.replace(/'(?:[^'\\]|\\.)*'|\.div\b/g, (found) => (found === '.div' ? '.`div`' : found))
}

interface Expression {
  readonly type?: string
  readonly text?: string
  readonly children?: readonly Expression[]
}

function checkExpression(expression: Expression): void {
  if (expression.type === 'FunctionInvocation' && !functions.has(expression.text ?? '')) {
    throw new PathError(`calls "${expression.text}", which a path of a patch may not`)
  }
  if (expression.type === 'ExternalConstantTerm')
    throw new PathError('refers to a constant with "%", which a patch has not')
  for (const child of expression.children ?? []) checkExpression(child)
}

function isNode(value: unknown): value is ResourceNode {
  return typeof value === 'object' && value !== null && 'parentResNode' in value && 'propName' in value
}

/** Where a node sits in the objects that were searched; undefined for the resource itself. */
export function placeOf(node: ResourceNode): Place | undefined {
  const { parentResNode: parent, propName } = node
  if (!parent || !propName) return undefined
  const type = node.fhirNodeDataType ?? ''
  const keys = [propName, propName + type.charAt(0).toUpperCase() + type.slice(1)]
  for (const container of [parent.data, parent._data]) {
    if (typeof container !== 'object' || container === null) continue
    const key = keys.find((name) => Object.hasOwn(container, name) || Object.hasOwn(container, `_${name}`))
    if (key !== undefined) return { container, key, index: node.index ?? undefined }
  }
  return undefined
}
