import { ofCollection, ofTest } from '../compiled.js'
import type { FhirNode } from '../contract.js'
import type { Frame } from '../frame.js'
import { isPrimitiveType, isSubtype, resolveTypeName } from '../model.js'
import { childStep } from '../navigate.js'
import { type Collection, empty, singleton, UnknownAnswer } from '../node.js'
import { type FunctionCompiler, type Functions, parameter, plain, textOf } from './function.js'

const extension: FunctionCompiler = (target, parameters, compile) => {
  const url = parameter(parameters, 0, compile)
  const step = childStep('extension')
  const beside = childStep('extension')
  return ofCollection((frame) => {
    const wanted = textOf(url, frame)
    const found: FhirNode[] = []
    for (const node of target.evaluate(frame))
      (typeof node.value === 'object' ? step : beside).push(node, found)
    return found.filter(({ value }) => (value as { url?: unknown }).url === wanted)
  })
}

const resolve: FunctionCompiler = (target) =>
  ofCollection((frame) => {
    const found: FhirNode[] = []
    for (const { value } of target.evaluate(frame)) {
      const reference = typeof value === 'string' ? value : (value as { reference?: unknown })?.reference
      if (typeof reference !== 'string') continue
      const node = frame.environment.resolve?.(reference)
      if (node !== undefined) found.push(node)
    }
    return found
  })

/** A question that only the surroundings can answer; where they cannot, the whole invariant is open. */
function asked(
  ask: (frame: Frame, canonical: string, node: FhirNode) => boolean | undefined,
): FunctionCompiler {
  return (target, parameters, compile) => {
    const canonical = parameter(parameters, 0, compile)
    return ofTest((frame) => {
      const node = singleton(target.evaluate(frame))
      const url = textOf(canonical, frame)
      if (node === undefined || url === undefined) return undefined
      const answer = ask(frame, url, node)
      if (answer === undefined) throw new UnknownAnswer(url)
      return answer
    })
  }
}

const definitions = 'http://hl7.org/fhir/StructureDefinition/'

/** The definition of a type is satisfied by its instances; whatever else it asks for has been checked by then. */
function isOfBaseType(profile: string, node: FhirNode): boolean | undefined {
  const type = profile.startsWith(definitions)
    ? resolveTypeName(profile.slice(definitions.length))
    : undefined
  return type === undefined || type.startsWith('System.') ? undefined : isSubtype(node.type, type)
}

function hasValue(nodes: Collection): boolean {
  const [node] = nodes
  if (nodes.length !== 1 || node === undefined || node.value === undefined) return false
  return isPrimitiveType(node.type) || (node.type.startsWith('System.') && typeof node.value !== 'object')
}

/** https://hl7.org/fhir/R4/fhirpath.html#functions */
export const fhirFunctions: Functions = {
  extension,
  resolve,
  memberOf: asked(({ environment }, valueSet, node) => environment.memberOf?.(valueSet, node)),
  conformsTo: asked(
    ({ environment }, profile, node) =>
      environment.conformsTo?.(profile, node) ?? isOfBaseType(profile, node),
  ),
  hasValue: (target) => ofTest((frame) => hasValue(target.evaluate(frame))),
  getValue: plain((nodes) => (hasValue(nodes) ? nodes : empty)),
  /** Values are traced nowhere: what they hold is no business of a log. */
  trace: (target) => target,
  htmlChecks: (target) =>
    ofTest((frame) => {
      const { value } = singleton(target.evaluate(frame)) ?? {}
      return typeof value === 'string' ? (frame.environment.htmlChecks?.(value) ?? true) : undefined
    }),
}
