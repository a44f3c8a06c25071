// transaction: all entries or none, in one database transaction. https://hl7.org/fhir/R4/http.html#transaction
import { FhirError } from '../errors/fhir-error.js'
import type { RequestContext } from '../plugin/context.js'
import type { BundleInteraction, Interaction, InteractionResult } from '../plugin/interaction.js'
import type { Engine } from '../plugin/services.js'
import type { StorageTransaction } from '../storage/storage.js'
import { bundleText, responseEntry } from './bundle-text.js'
import type { EngineParts } from './engine.js'
import { atEntry, parseEntry, type RequestEntry, rawEntries } from './entry.js'
import { isWrite, shownContent } from './prefer.js'
import { resolveEntries } from './transaction-references.js'
import { writeEntries } from './transaction-writes.js'
import { inTransaction } from './write.js'

/**
 * Runs a transaction bundle. References between entries and conditional ones are resolved first, then everything is
 * written as one set in R4's order (DELETE, POST, PUT and PATCH), then the GETs read what the writes left. The number of
 * round trips to the database does not grow with the number of writes.
 */
export async function transaction(
  parts: EngineParts,
  engine: Engine,
  interaction: BundleInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const entries = rawEntries(parts, interaction).map((raw, index) =>
    parseEntry(parts, raw, index, interaction, ctx),
  )
  checkEntries(entries)
  for (const entry of entries) {
    if (!isWrite(entry.interaction)) continue
    for (const hook of parts.registry.hooks('authorize')) {
      await atEntry(entry.index, async () => hook.run(entry.interaction, ctx))
    }
  }
  const results = await inTransaction(parts, ctx, async (tx) => {
    const inside = { ...ctx, transaction: tx }
    const resolved = await resolveEntries(parts, tx, entries, inside)
    const { results, changes } = await writeEntries(parts, tx, resolved, inside)
    await readEntries(engine, entries, results, inside)
    return { value: results, changes }
  })
  const answers = entries.map((entry) => {
    const result = results.get(entry.index) as InteractionResult
    return responseEntry(ctx.baseUrl, result, shownContent(entry.interaction, result, interaction.return))
  })
  return { status: 200, content: bundleText('transaction-response', { lastUpdated: ctx.clock() }, answers) }
}

async function readEntries(
  engine: Engine,
  entries: readonly RequestEntry[],
  results: Map<number, InteractionResult>,
  ctx: RequestContext & { readonly transaction: StorageTransaction },
): Promise<void> {
  for (const entry of entries) {
    if (isWrite(entry.interaction)) continue
    results.set(entry.index, await atEntry(entry.index, () => engine.execute(entry.interaction, ctx)))
  }
}

/** What R4 forbids in a transaction: the same resource written twice; and operations, whose effects cannot join a set. */
function checkEntries(entries: readonly RequestEntry[]): void {
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

function targetOf(interaction: Interaction): string | undefined {
  const named =
    interaction.interaction === 'update' ||
    interaction.interaction === 'patch' ||
    interaction.interaction === 'delete'
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
