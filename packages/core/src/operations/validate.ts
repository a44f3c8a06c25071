import { FhirError } from '../errors/fhir-error.js'
import { parseJson } from '../fhir/json.js'
import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { EngineParts } from '../interactions/engine.js'
import { issuesOf } from '../interactions/validate.js'
import type { RequestContext } from '../plugin/context.js'
import type { OperationInteraction } from '../plugin/interaction.js'
import { defineOperation, type OperationDefinition } from '../plugin/operation.js'
import type { Engine } from '../plugin/services.js'
import { textsOf } from './parameters.js'

const modes = ['create', 'update', 'delete', 'profile'] as const
type Mode = (typeof modes)[number]

/**
 * `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html): whether a resource is valid, and would be taken
 * by a create, update or delete. The resource is the body, or the parameter `resource`; on an instance without a body, the
 * stored one. Everything is checked, whatever the server checks on writes. Nothing is stored.
 *
 * Answers 200 with an OperationOutcome, errors first; one issue of severity `information` says that all is well.
 */
export function validateOperation(engine: Engine, parts: () => EngineParts): OperationDefinition {
  return defineOperation({
    name: 'validate',
    url: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
    level: { type: true, instance: true },
    affectsState: false,
    async run(input, ctx) {
      const { resource, mode, profiles } = readInput(input)
      const { type, id } = input
      if (mode === 'delete') {
        if (id === undefined) {
          throw new FhirError('malformed-request', 'mode=delete is for one resource: call it on Type/id.')
        }
        await stored(engine, String(type), id, ctx)
        return outcome([], `${type}/${id} is here and can be deleted.`)
      }
      const subject = resource ?? (id === undefined ? undefined : await stored(engine, String(type), id, ctx))
      if (subject === undefined) {
        const remedy = 'send it as the body, or as the parameter resource of a Parameters resource'
        throw new FhirError('malformed-request', `$validate needs a resource: ${remedy}.`)
      }
      const found = [...againstUrl(subject, input, mode)]
      found.push(...(await issuesOf(parts(), subject, { level: 'full', profiles }, ctx)))
      return outcome(
        found,
        `The ${type} is valid${profiles.length > 0 ? ` by ${profiles.join(' and ')}` : ''}.`,
      )
    },
  })
}

interface ValidateInput {
  readonly resource: AnyResource | undefined
  readonly mode: Mode | undefined
  readonly profiles: readonly string[]
}

function readInput(input: OperationInteraction): ValidateInput {
  // A Parameters resource is the input, but for `Parameters/$validate` without a parameter that is ours.
  const wrapped =
    input.resource?.resourceType === 'Parameters' &&
    (input.type !== 'Parameters' || parametersOf(input.resource).some(({ name }) => name === 'resource'))
  const { resource: body, ...url } = input
  const given: OperationInteraction = wrapped ? input : url
  const mode = textsOf(given, 'mode').at(-1)
  if (mode !== undefined && !modes.includes(mode as Mode)) {
    throw new FhirError(
      'malformed-request',
      `mode: expected ${modes.join(', ')}, found '${mode.slice(0, 60)}'.`,
    )
  }
  const profiles = [...new Set(textsOf(given, 'profile').filter((profile) => profile !== ''))]
  if (mode === 'profile' && profiles.length === 0) {
    throw new FhirError('malformed-request', 'mode=profile needs the parameter profile: a canonical URL.')
  }
  const inner = parametersOf(body).find(({ name }) => name === 'resource')?.resource
  return {
    resource: wrapped ? (inner as AnyResource | undefined) : body,
    mode: mode as Mode | undefined,
    profiles,
  }
}

function parametersOf(resource: AnyResource | undefined): readonly Record<string, unknown>[] {
  return Array.isArray(resource?.parameter) ? resource.parameter.map((each) => Object(each)) : []
}

/** The stored resource, as far as the caller may read it. @throws FhirError as a read does. */
async function stored(engine: Engine, type: string, id: string, ctx: RequestContext): Promise<AnyResource> {
  const { content } = await engine.execute({ interaction: 'read', type, id }, ctx)
  return parseJson(String(content)).value as AnyResource
}

/** What the place that it is sent to says of a resource. */
function* againstUrl(
  { resourceType, id }: AnyResource,
  { type, id: named }: OperationInteraction,
  mode: Mode | undefined,
): Iterable<OperationOutcomeIssue> {
  const error = (expression: string, text: string): OperationOutcomeIssue => ({
    severity: 'error',
    code: 'invalid',
    details: { text },
    diagnostics: text,
    expression: [expression],
  })
  if (resourceType !== type) {
    yield error(
      'resourceType',
      `Expected a ${type}, as the URL says, found a ${String(resourceType).slice(0, 60)}.`,
    )
  }
  if (mode === 'update' && id === undefined) {
    yield error(
      `${type}.id`,
      `${type}.id: an update needs the id of the resource in its body, found nothing.`,
    )
  }
  if (named !== undefined && id !== undefined && id !== named) {
    yield error(
      `${type}.id`,
      `${type}.id: expected ${named}, as the URL says, found '${String(id).slice(0, 64)}'.`,
    )
  }
}

function outcome(issues: readonly OperationOutcomeIssue[], wellText: string): AnyResource {
  const well = !issues.some(({ severity }) => severity === 'error' || severity === 'fatal')
  const all: OperationOutcomeIssue[] = [...issues]
  if (well) {
    all.push({
      severity: 'information',
      code: 'informational',
      details: { text: wellText },
      diagnostics: wellText,
    })
  }
  return { resourceType: 'OperationOutcome', issue: all }
}
