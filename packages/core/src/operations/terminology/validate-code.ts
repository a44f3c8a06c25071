import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { CodeSystemResource, ValueSetResource } from '../../terminology/content.js'
import type { CodeReference } from '../../terminology/membership.js'
import {
  type CodeVerdict,
  type ValidationOptions,
  validateInSet,
  validateInSystem,
} from '../../terminology/validate-code.js'
import { parameter, parameters } from './asking.js'
import { terminologyOperation } from './define.js'
import { malformed, type OperationInput } from './input.js'
import { codeOf, withSystem } from './system-of.js'
import { valueSetOf } from './value-set-of.js'

/**
 * `CodeSystem/$validate-code`: whether a code is in a code system
 * (https://hl7.org/fhir/R4/codesystem-operation-validate-code.html).
 */
export function codeSystemValidateCode(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<CodeSystemResource>(parts, {
    type: 'CodeSystem',
    name: 'validate-code',
    body: 'codeSystem',
    answer: (view, input, instance) => answer(inSystem(view, input, instance)),
  })
}

/**
 * `ValueSet/$validate-code`: whether a code is in a value set
 * (https://hl7.org/fhir/R4/valueset-operation-validate-code.html).
 */
export function valueSetValidateCode(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<ValueSetResource>(parts, {
    type: 'ValueSet',
    name: 'validate-code',
    body: 'valueSet',
    answer(view, input, instance) {
      const codes = codesOf(input, 'systemVersion')
      return answer(validateInSet(view, valueSetOf(view, input, instance), codes, optionsOf(input)))
    },
  })
}

function inSystem(
  view: TerminologyView,
  input: OperationInput,
  instance: CodeSystemResource | undefined,
): CodeVerdict {
  const given = (input.resource('codeSystem', 'CodeSystem') as CodeSystemResource | undefined) ?? instance
  const url = given?.url ?? input.text('url')
  const source = given ? withSystem(view, given) : view
  const codes = codesOf(input, 'version')
  const verdicts = codes.map((code): CodeVerdict => {
    const system = url ?? code.system
    if (system === undefined) throw malformed('Expected the url of the code system; it is missing.')
    if (code.system !== undefined && code.system !== system) {
      return { result: false, message: `The code is of the system ${code.system}, not of ${system}.` }
    }
    return validateInSystem(source, system, code, optionsOf(input))
  })
  return verdicts.find(({ result }) => result) ?? (verdicts[0] as CodeVerdict)
}

/** The codes to judge, of which one is enough. */
function codesOf(input: OperationInput, version: string): readonly [CodeReference, ...CodeReference[]] {
  const concept = input.codeableConcept('codeableConcept')
  const one = codeOf(input, { code: 'code', coding: 'coding', version, display: 'display' })
  if (one && concept) throw malformed('Expected one of code, coding and codeableConcept; found several.')
  const [first, ...others] = concept ?? (one ? [one] : [])
  if (first) return [first, ...others]
  throw malformed(
    concept
      ? 'codeableConcept: expected a coding in it.'
      : 'Expected code, coding or codeableConcept; none is there.',
  )
}

function optionsOf(input: OperationInput): ValidationOptions {
  const abstract = input.boolean('abstract')
  const displayLanguage = input.text('displayLanguage')
  return {
    ...(abstract === undefined ? {} : { abstract }),
    ...(displayLanguage === undefined ? {} : { displayLanguage }),
  }
}

function answer({ result, message, display }: CodeVerdict): AnyResource {
  return parameters([
    ...parameter('result', 'Boolean', result),
    ...parameter('message', 'String', message),
    ...parameter('display', 'String', display),
  ])
}
