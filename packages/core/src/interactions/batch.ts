// batch: independent entries in one request, each with its own outcome. https://hl7.org/fhir/R4/http.html#transaction
import { toErrorResponse } from '../errors/outcome.js'
import type { RequestContext } from '../plugin/context.js'
import type { BundleInteraction, InteractionResult } from '../plugin/interaction.js'
import type { Engine } from '../plugin/services.js'
import { bundleText, responseEntry } from './bundle-text.js'
import type { EngineParts } from './engine.js'
import { parseEntry, rawEntries } from './entry.js'
import { shownContent } from './prefer.js'

/** Entries at work at once. They are independent by definition, so creates among them can share a statement. */
const concurrency = 8

export async function batch(
  parts: EngineParts,
  engine: Engine,
  interaction: BundleInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  const entries = rawEntries(parts, interaction)
  const answers = new Array<string>(entries.length)
  let next = 0
  const work = async () => {
    for (let index = next++; index < entries.length; index = next++) {
      answers[index] = await answer(parts, engine, entries[index], index, interaction, ctx)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, work))
  return { status: 200, content: bundleText('batch-response', { lastUpdated: ctx.clock() }, answers) }
}

async function answer(
  parts: EngineParts,
  engine: Engine,
  raw: unknown,
  index: number,
  bundle: BundleInteraction,
  ctx: RequestContext,
): Promise<string> {
  try {
    const entry = parseEntry(parts, raw, index, bundle, ctx)
    const result = await engine.execute(entry.interaction, ctx)
    return responseEntry(ctx.baseUrl, result, shownContent(entry.interaction, result, bundle.return))
  } catch (error) {
    const failure = toErrorResponse(error)
    if (failure.status >= 500) ctx.log.error({ err: error, entry: index }, 'entry of a batch failed')
    return responseEntry(
      ctx.baseUrl,
      { status: failure.status },
      { outcome: JSON.stringify(failure.outcome) },
    )
  }
}
