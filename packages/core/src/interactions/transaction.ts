// transaction: all entries or none, in one database transaction. https://hl7.org/fhir/R4/http.html#transaction
import type { RequestContext } from '../plugin/context.js'
import type { BundleInteraction, InteractionResult } from '../plugin/interaction.js'
import type { Engine } from '../plugin/services.js'
import type { StorageTransaction } from '../storage/storage.js'
import { bundleText, responseEntry } from './bundle-text.js'
import type { EngineParts } from './engine.js'
import { atEntry, parseEntry, type RequestEntry, rawEntries } from './entry.js'
import { isWrite, shownContent } from './prefer.js'
import { checkEntries } from './transaction-checks.js'
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
    const results = await writeEntries(parts, tx, resolved, inside)
    await readEntries(engine, entries, results, inside)
    return results
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
