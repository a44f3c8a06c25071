import { ofCollection } from '../compiled.js'
import { resolveTypeName } from '../model.js'
import { booleanCollection, empty, singleton, Unsupported } from '../node.js'
import { type Syntax, typeName } from '../syntax.js'
import { isOfType } from '../types.js'
import type { Functions } from './function.js'

function specified(parameters: readonly Syntax[]): string {
  const specifier = typeName(parameters[0])
  const type = specifier === undefined ? undefined : resolveTypeName(specifier)
  if (type === undefined) throw new Unsupported(`the type ${specifier}`)
  return type
}

/** https://hl7.org/fhirpath/N1/#types */
export const typeFunctions: Functions = {
  is: (target, parameters) => {
    const type = specified(parameters)
    return ofCollection((frame) => {
      const node = singleton(target.evaluate(frame))
      return node === undefined ? empty : booleanCollection(isOfType(node, type))
    })
  },
  as: (target, parameters) => {
    const type = specified(parameters)
    return ofCollection((frame) => {
      const node = singleton(target.evaluate(frame))
      return node !== undefined && isOfType(node, type) ? [node] : empty
    })
  },
  ofType: (target, parameters) => {
    const type = specified(parameters)
    return ofCollection((frame) => target.evaluate(frame).filter((node) => isOfType(node, type)))
  },
}
