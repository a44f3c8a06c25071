import { ofCollection, ofConstant } from './compiled.js'
import type { FhirNode, FhirPathEnvironment } from './contract.js'
import type { Compiled } from './frame.js'
import { type Collection, EvaluationError, empty, isNode, systemNode, textCollection } from './node.js'

const fixed: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
}

/** `%name` (https://hl7.org/fhir/R4/fhirpath.html#variables). */
export function compileConstant(name: string): Compiled {
  if (Object.hasOwn(fixed, name)) return ofConstant(textCollection(fixed[name]))
  if (name.startsWith('vs-'))
    return ofConstant(textCollection(`http://hl7.org/fhir/ValueSet/${name.slice(3)}`))
  if (name.startsWith('ext-')) {
    return ofConstant(textCollection(`http://hl7.org/fhir/StructureDefinition/${name.slice(4)}`))
  }
  switch (name) {
    case 'resource':
      return ofCollection(({ environment }) => [environment.resource])
    case 'rootResource':
      return ofCollection(({ environment }) => [environment.rootResource ?? environment.resource])
    case 'context':
      return ofCollection(({ context }) => [context])
    default:
      return ofCollection(({ environment }) => given(name, environment))
  }
}

function given(name: string, { variables }: FhirPathEnvironment): Collection {
  if (variables === undefined || !Object.hasOwn(variables, name)) {
    throw new EvaluationError(`there is no %${name}`)
  }
  const value = variables[name]
  if (value === undefined || value === null) return empty
  return (Array.isArray(value) ? value : [value]).map(toNode)
}

function toNode(value: unknown): FhirNode {
  if (isNode(value)) return value
  if (typeof value === 'boolean') return systemNode('System.Boolean', value)
  if (typeof value === 'number') {
    return systemNode(Number.isInteger(value) ? 'System.Integer' : 'System.Decimal', value)
  }
  if (typeof value === 'string') return systemNode('System.String', value)
  const type = (value as { resourceType?: unknown }).resourceType
  return { value, type: typeof type === 'string' ? type : 'Element' }
}
