import type { RequestContext } from '../plugin/context.js'
import type { BundleInteraction, InteractionResult } from '../plugin/interaction.js'
import type { Engine } from '../plugin/services.js'
import { batch } from './batch.js'
import type { EngineParts } from './engine.js'
import { transaction } from './transaction.js'

/** A batch or a transaction. */
export function bundle(
  parts: EngineParts,
  engine: Engine,
  interaction: BundleInteraction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  return interaction.interaction === 'batch'
    ? batch(parts, engine, interaction, ctx)
    : transaction(parts, engine, interaction, ctx)
}
