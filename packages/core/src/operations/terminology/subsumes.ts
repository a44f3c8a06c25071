import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { CodeSystemResource } from '../../terminology/content.js'
import type { CodeReference } from '../../terminology/membership.js'
import { parameter, parameters } from './asking.js'
import { terminologyOperation } from './define.js'
import { malformed, type OperationInput } from './input.js'
import { codeOf, providerOf, withSystem } from './system-of.js'

/** `CodeSystem/$subsumes` (https://hl7.org/fhir/R4/codesystem-operation-subsumes.html). */
export function subsumesOperation(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<CodeSystemResource>(parts, {
    type: 'CodeSystem',
    name: 'subsumes',
    answer: subsumes,
  })
}

function subsumes(
  view: TerminologyView,
  input: OperationInput,
  instance: CodeSystemResource | undefined,
): AnyResource {
  const a = required(input, 'codeA', 'codingA')
  const b = required(input, 'codeB', 'codingB')
  const system = instance?.url ?? a.system ?? b.system
  if (system === undefined) throw malformed('Expected the system of the codes; it is missing.')
  for (const { system: other } of [a, b]) {
    if (other !== undefined && other !== system) {
      throw malformed(`Expected two codes of one system, found ${system} and ${other}.`)
    }
  }
  const source = instance ? withSystem(view, instance) : view
  const provider = providerOf(source, system, a.version ?? b.version)
  const [codeA, codeB] = [a, b].map(({ code }) => {
    const spelled = provider.spelled(code)
    if (spelled !== undefined) return spelled
    throw new FhirError('not-found', `The code system ${system} has no code ${code}.`)
  }) as [string, string]
  const outcome =
    codeA === codeB
      ? 'equivalent'
      : provider.subsumes(codeA, codeB)
        ? 'subsumes'
        : provider.subsumes(codeB, codeA)
          ? 'subsumed-by'
          : 'not-subsumed'
  return parameters(parameter('outcome', 'Code', outcome))
}

function required(input: OperationInput, code: string, coding: string): CodeReference {
  const found = codeOf(input, { code, coding })
  if (found) return found
  throw malformed(`Expected ${code} with system, or ${coding}; neither is there.`)
}
