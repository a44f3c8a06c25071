import type { Logger } from 'pino'
import { PackageError } from '../definitions/packages/package-error.js'
import type { Clock } from '../plugin/context.js'
import { BootError, PluginError } from '../plugin/plugin-error.js'
import type { Terminology } from '../terminology/terminology.js'
import { createChecker } from '../validation/checker.js'
import { createFullValidation, type FullValidation } from '../validation/full-validation.js'
import { type LocalKnowledge, type LocalOptions, openLocal } from '../validation/local.js'
import { StoredDefinitions } from '../validation/stored-definitions.js'
import { createCheckWorker } from '../validation/worker/check-worker.js'

/** @throws BootError naming the setting, what cannot be used, and the remedy. */
export async function openKnowledge(options: LocalOptions, log: Logger): Promise<LocalKnowledge> {
  try {
    return await openLocal(options, log)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const problems = error instanceof PackageError ? error.problems : undefined
    if (problems) {
      throw new BootError(
        problems.map(
          ({ path, found, remedy }) =>
            new PluginError('core', 'setup', `packages: ${path}: ${found}`, remedy, { cause: error }),
        ),
      )
    }
    const folder = options.terminologyFolder
    const remedy = 'Import the code system again, or leave the setting out.'
    throw new BootError([
      new PluginError('core', 'setup', `terminologyFolder: ${folder}: ${error.message}`, remedy, {
        cause: error,
      }),
    ])
  }
}

/** Full validation of a server; the worker of large resources opens the same files. */
export function createValidation(
  { definitions, membership }: LocalKnowledge,
  local: LocalOptions,
  terminology: Terminology,
  clock: Clock,
  unknownExtensions: 'report' | 'refuse' = 'report',
  onFault?: (error: unknown) => void,
): FullValidation {
  const stored = new StoredDefinitions(clock)
  return createFullValidation({
    checker: createChecker({
      definitions,
      stored,
      membership,
      unknownExtensions,
      ...(onFault ? { onFault } : {}),
    }),
    stored,
    terminology,
    worker: createCheckWorker({ local, unknownExtensions }, onFault ? { onFault } : {}),
  })
}
