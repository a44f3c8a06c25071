import type { Definitions } from '../definitions/definitions.js'
import type { Jobs } from '../jobs/jobs.js'
import type { SearchParameters } from '../search-parameters/service.js'
import type { Storage } from '../storage/storage.js'
import type { RequestContext } from './context.js'
import type { Interaction, InteractionResult } from './interaction.js'
import { defineService } from './tokens.js'

/** Where resources live. Raw: no policy, no hooks; a plugin that uses it shows so in the boot report. */
export const storageService = defineService<Storage>('core.storage')

/**
 * The compiled R4 definitions with the custom search parameters that are usable at the moment: ask again, keep no copy.
 * Provided by core.
 */
export const definitionsService = defineService<Definitions>('core.definitions')

/** The search parameters: R4's and custom ones, and what resources are indexed by. Provided by core. */
export const searchParametersService = defineService<SearchParameters>('core.search-parameters')

/** Long-running work. Provided by core; plugins define kinds of work by `jobs`, and start them from `start` on. */
export const jobsService = defineService<Jobs>('core.jobs')

/** Runs interactions through the whole pipeline, bound to the caller's policy by the context. */
export interface Engine {
  execute(interaction: Interaction, ctx: RequestContext): Promise<InteractionResult>
}

/** The engine. Provided by core; usable from `start` on. */
export const engineService = defineService<Engine>('core.engine')

/** Keys derived from the server's one root secret, by purpose (HKDF-SHA-256). */
export interface Secrets {
  /** The same bytes for the same purpose and root secret; `length` in bytes, 32 by default. */
  deriveKey(purpose: string, length?: number): Uint8Array
}

/** The secrets. Provided by core. */
export const secretsService = defineService<Secrets>('core.secrets')
