import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import type { InteractionResult, OperationInteraction } from '../plugin/interaction.js'
import { OperationAnswer, type OperationDefinition } from '../plugin/operation.js'
import type { Registry } from '../plugin/registry.js'
import { ResourceResult } from '../plugin/result.js'

/**
 * Runs an operation of the registry (https://hl7.org/fhir/R4/operations.html#executing).
 *
 * @throws FhirError `unknown-operation`, or `method-not-allowed` for a GET on an operation that changes something.
 */
export async function dispatchOperation(
  registry: Registry,
  interaction: OperationInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const operation = registry.operations.find((candidate) => isOffered(candidate, interaction))
  if (!operation) throw unknownOperation(registry, interaction)
  if (operation.affectsState && interaction.method === 'GET') {
    throw new FhirError(
      'method-not-allowed',
      `$${operation.name} changes something, so it is called with POST.`,
      {
        headers: { allow: 'POST' },
      },
    )
  }
  const output = await operation.run(interaction, ctx)
  if (output === undefined) return { status: 204 }
  if (output instanceof OperationAnswer) {
    const content = ResourceResult.virtual(output.resource).content
    return { status: output.status, headers: output.headers, content }
  }
  const result = output instanceof ResourceResult ? output : ResourceResult.virtual(output)
  return { status: 200, content: result.content }
}

function isOffered(operation: OperationDefinition, { name, type, id }: OperationInteraction): boolean {
  if (operation.name !== name) return false
  if (type === undefined) return operation.level.system === true
  if (operation.types && !operation.types.includes(type)) return false
  return id === undefined ? operation.level.type === true : operation.level.instance === true
}

function unknownOperation(registry: Registry, { name, type, id }: OperationInteraction): FhirError {
  const place =
    type === undefined ? 'the system' : id === undefined ? `the type ${type}` : `an instance of ${type}`
  const elsewhere = registry.operations.some((operation) => operation.name === name)
  return new FhirError(
    'unknown-operation',
    elsewhere
      ? `$${name.slice(0, 60)} is not offered on ${place}; /metadata says where it is.`
      : `This server has no operation $${name.slice(0, 60)}; /metadata lists those it has.`,
  )
}
