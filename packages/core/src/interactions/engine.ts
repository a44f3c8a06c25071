import type { Definitions } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type {
  CapabilitiesInteraction,
  Interaction,
  InteractionResult,
  OperationInteraction,
} from '../plugin/interaction.js'
import type { Registry } from '../plugin/registry.js'
import type { Engine } from '../plugin/services.js'
import type { PageLinks } from '../search/page-link.js'
import type { FullText } from '../search/parse.js'
import type { PendingParameter } from '../search-parameters/guard.js'
import type { Indexed } from '../search-parameters/parameter-set.js'
import type { Storage, StorageReader, StorageTransaction } from '../storage/storage.js'
import type { Terminology } from '../terminology/terminology.js'
import type { FullValidation } from '../validation/full-validation.js'
import type { ValidationLevels } from '../validation/level.js'
import { bundle } from './bundle.js'
import { create } from './create.js'
import { deleteResource } from './delete.js'
import { history } from './history.js'
import type { Limits } from './limits.js'
import { patch } from './patch.js'
import { read } from './read.js'
import { search } from './search.js'
import { update } from './update.js'
import { vread } from './vread.js'

/** What every interaction works with. */
export interface EngineParts {
  readonly registry: Registry
  readonly storage: Storage
  readonly definitions: Definitions
  /** What resources are indexed by, and what becomes of SearchParameter resources. */
  readonly indexing: {
    /** Waits where this instance may not know the latest parameters. */
    readonly fresh: (reader: StorageReader | undefined) => Promise<void> | undefined
    readonly index: (resource: AnyResource) => Indexed
    readonly generationOf: (type: string) => bigint
    /** Throws for SearchParameters that cannot be used. */
    readonly admit: (pending: readonly PendingParameter[], tx: StorageTransaction) => Promise<void>
    /** After the commit of a change to SearchParameters. */
    readonly committed: () => Promise<void>
  }
  readonly pageLinks: PageLinks
  readonly limits: Limits
  readonly terminology: Terminology
  readonly validation: ValidationLevels
  readonly fullValidation: FullValidation
  /** The words that are indexed and can be searched. */
  readonly fullText: FullText
  /** Injected from above, so that bundles reach them without an upward import. */
  readonly dispatch: {
    readonly capabilities: (
      interaction: CapabilitiesInteraction,
      ctx: RequestContext,
    ) => Promise<InteractionResult>
    readonly operation: (interaction: OperationInteraction, ctx: RequestContext) => Promise<InteractionResult>
  }
}

/** The one way in: every interaction, wherever it comes from, is authorised and run here. */
export function createEngine(parts: EngineParts): Engine {
  const engine: Engine = {
    async execute(interaction, ctx) {
      for (const hook of parts.registry.hooks('authorize')) await hook.run(interaction, ctx)
      return run(parts, engine, interaction, ctx)
    },
  }
  return engine
}

function run(
  parts: EngineParts,
  engine: Engine,
  interaction: Interaction,
  ctx: RequestContext,
): Promise<InteractionResult> {
  switch (interaction.interaction) {
    case 'read':
      return read(parts, engine, interaction, ctx)
    case 'vread':
      return vread(parts, engine, interaction, ctx)
    case 'create':
      return create(parts, interaction, ctx)
    case 'update':
      return update(parts, interaction, ctx)
    case 'patch':
      return patch(parts, interaction, ctx)
    case 'delete':
      return deleteResource(parts, interaction, ctx)
    case 'history-instance':
    case 'history-type':
    case 'history-system':
      return history(parts, interaction, ctx)
    case 'search-type':
    case 'search-system':
      return search(parts, interaction, ctx)
    case 'batch':
    case 'transaction':
      return bundle(parts, engine, interaction, ctx)
    case 'capabilities':
      return parts.dispatch.capabilities(interaction, ctx)
    case 'operation':
      return parts.dispatch.operation(interaction, ctx)
  }
}
