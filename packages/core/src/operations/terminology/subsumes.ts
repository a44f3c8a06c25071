import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import { defineOperation, type OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { CodeSystemResource } from '../../terminology/content.js'
import type { CodeReference } from '../../terminology/membership.js'
import { asking, instanceOf, parameter, parameters } from './asking.js'
import { malformed, OperationInput } from './input.js'
import { codeOf, providerOf, withSystem } from './system-of.js'

/** `CodeSystem/$subsumes` (https://hl7.org/fhir/R4/codesystem-operation-subsumes.html). */
export function subsumesOperation(parts: () => EngineParts): OperationDefinition {
  return defineOperation({
    name: 'subsumes',
    url: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes',
    level: { type: true, instance: true },
    types: ['CodeSystem'],
    affectsState: false,
    async run(interaction, ctx) {
      const input = new OperationInput(interaction)
      const instance = await instanceOf<CodeSystemResource>(parts(), interaction, ctx)
      return asking(parts(), ctx, (view) => subsumes(view, input, instance))
    },
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
