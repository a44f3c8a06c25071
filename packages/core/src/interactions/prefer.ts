import type { OperationOutcome } from '../fhir/types.js'
import type { Interaction, InteractionResult } from '../plugin/interaction.js'

const writes = new Set<string>(['create', 'update', 'patch', 'delete'])

/** True for the interactions whose response `Prefer: return=` shapes. */
export function isWrite(interaction: Interaction): boolean {
  return writes.has(interaction.interaction)
}

/** The resource or outcome that an entry's response shows; what was asked for with GET is always shown. */
export function shownContent(
  interaction: Interaction,
  result: InteractionResult,
  returned: 'minimal' | 'representation' | 'OperationOutcome',
): { resource?: string; outcome?: string } {
  if (!isWrite(interaction)) return result.content === undefined ? {} : { resource: result.content }
  if (returned === 'representation' && result.content !== undefined) return { resource: result.content }
  if (returned === 'OperationOutcome') return { outcome: JSON.stringify(successOutcome(result)) }
  return {}
}

/** What `Prefer: return=OperationOutcome` gets: that it is done, and what validation let pass. */
export function successOutcome(result: InteractionResult): OperationOutcome {
  const name = result.id ? `${result.type}/${result.id}` : (result.type ?? 'resource')
  const done = result.status === 201 ? 'created' : result.status === 204 ? 'deleted' : 'stored'
  const version = result.version === undefined ? '' : ` as version ${result.version}`
  const well = {
    severity: 'information',
    code: 'informational',
    diagnostics: `${name} is ${done}${version}.`,
  } as const
  return { resourceType: 'OperationOutcome', issue: [well, ...(result.warnings ?? [])] }
}
