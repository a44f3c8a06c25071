// What R4 forbids in a transaction (https://hl7.org/fhir/R4/http.html#trules).
import { FhirError } from '../errors/fhir-error.js'
import type { Interaction } from '../plugin/interaction.js'
import type { RequestEntry } from './entry.js'
import { isWrite } from './prefer.js'

/** What R4 forbids in a transaction: the same resource written twice; and operations, whose effects cannot join a set. */
export function checkEntries(entries: readonly RequestEntry[]): void {
  const targets = new Map<string, number>()
  const fullUrls = new Map<string, number>()
  for (const { index, interaction, fullUrl } of entries) {
    const target = targetOf(interaction)
    if (target !== undefined) refuseTwice(targets, target, index, 'request.url')
    if (fullUrl !== undefined && isWrite(interaction)) refuseTwice(fullUrls, fullUrl, index, 'fullUrl')
    if (interaction.interaction === 'operation' && interaction.method === 'POST') {
      throw new FhirError(
        'malformed-request',
        'An operation by POST cannot be part of a transaction. Send it in a batch.',
        {
          expression: [`Bundle.entry[${index}].request`],
        },
      )
    }
  }
}

/**
 * What can be told only once criteria have found their matches: a resource that two entries write under different names,
 * a match that the same bundle deletes, and criteria without a match under which two entries would create.
 *
 * @param ids of the entries that have one.
 * @param keys of the criteria of conditional entries.
 */
export function checkResolved(
  entries: readonly RequestEntry[],
  ids: ReadonlyMap<number, string>,
  matched: ReadonlySet<number>,
  keys: ReadonlyMap<number, string>,
): void {
  const targets = new Map<string, number>()
  const created = new Map<string, number>()
  for (const { index, interaction } of entries) {
    const { interaction: code } = interaction
    if (code !== 'update' && code !== 'patch' && code !== 'delete') continue
    const id = ids.get(index)
    const key = keys.get(index)
    if (id !== undefined) refuseTwice(targets, `${interaction.type}/${id}`, index, 'target')
    if (code === 'update' && key !== undefined && !matched.has(index))
      refuseTwice(created, key, index, 'criteria')
  }
  for (const { index, interaction } of entries) {
    if (interaction.interaction !== 'create') continue
    const match = matched.has(index) ? targets.get(`${interaction.type}/${ids.get(index)}`) : undefined
    const deleted = match !== undefined && entries[match]?.interaction.interaction === 'delete'
    if (deleted) refuseTwice(targets, `${interaction.type}/${ids.get(index)}`, index, 'target')
    const key = keys.get(index)
    if (key !== undefined && created.has(key)) refuseTwice(created, key, index, 'criteria')
  }
}

function targetOf(interaction: Interaction): string | undefined {
  const { interaction: code } = interaction
  const named = code === 'update' || code === 'patch' || code === 'delete'
  return named && interaction.id !== undefined ? `${interaction.type}/${interaction.id}` : undefined
}

function refuseTwice(seen: Map<string, number>, name: string, index: number, element: string): void {
  const before = seen.get(name)
  if (before !== undefined) {
    throw new FhirError(
      'malformed-request',
      `Entries ${before} and ${index} have the same ${element}; a transaction may name a resource once.`,
      { expression: [`Bundle.entry[${index}].${element}`] },
    )
  }
  seen.set(name, index)
}
