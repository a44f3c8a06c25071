import type { Logger } from 'pino'
import { r4 } from '../definitions/r4.js'
import { createJobs, type Jobs } from '../jobs/jobs.js'
import { JobRunner } from '../jobs/runner.js'
import { searchParameterOperations } from '../operations/search-parameters.js'
import type { Clock } from '../plugin/context.js'
import { definePlugin, type Plugin } from '../plugin/define.js'
import { BootError, PluginError } from '../plugin/plugin-error.js'
import type { Registry } from '../plugin/registry.js'
import { storageService } from '../plugin/services.js'
import type { FullText } from '../search/parse.js'
import { admit } from '../search-parameters/guard.js'
import { checkContributions, publishContributions } from '../search-parameters/publish.js'
import { SearchParameterRegistry } from '../search-parameters/registry.js'
import { reindexJob } from '../search-parameters/reindex.js'
import { reindexOlder } from '../search-parameters/upgrade.js'
import type { Storage } from '../storage/storage.js'

/** How an instance follows the others, and how it works on jobs. Times in milliseconds. */
export interface IndexingOptions {
  /**
   * How often to look whether another instance changed a SearchParameter; 2,000 by default. A new one can be used three
   * of these after its reindexing is through, at the earliest.
   */
  readonly poll: number
  /** How long the job of an instance that has died stays untouched; 30,000 by default. */
  readonly lease: number
  /** Resources that are reindexed in one step; 500 by default. */
  readonly batch: number
}

/** Search parameters and jobs of one server, wired to each other. */
export interface Indexing {
  readonly parameters: SearchParameterRegistry
  readonly jobs: Jobs
  /** Its part of the boot: comes right after storage, so that nothing is written before the parameters are known. */
  readonly plugin: Plugin
  /** What the engine needs of it. */
  readonly engine: {
    readonly fresh: SearchParameterRegistry['fresh']
    readonly index: SearchParameterRegistry['index']
    readonly generationOf: SearchParameterRegistry['generationOf']
    readonly admit: (pending: Parameters<typeof admit>[1], tx: Parameters<typeof admit>[2]) => Promise<void>
    readonly committed: SearchParameterRegistry['committed']
  }
  /**
   * Takes what the plugins gave, once they are set up.
   *
   * @throws BootError for search parameters that cannot be used.
   */
  attach(registry: Registry): Promise<void>
  /** Begins to work on jobs. */
  start(): void
  stop(): Promise<void>
}

export function createIndexing(
  log: Logger,
  clock: Clock,
  fullText: FullText,
  options: Partial<IndexingOptions> = {},
): Indexing {
  const { poll = 2000, lease, batch } = options
  const late: { storage?: Storage; registry?: Registry; runner?: JobRunner } = {}
  const storage = () => set(late.storage, 'storage')
  const jobs = createJobs({
    storage,
    runner: () => set(late.runner, 'jobs'),
    definitions: () => set(late.registry, 'jobs').jobs,
  })
  const parameters = new SearchParameterRegistry({
    definitions: r4,
    log,
    poll,
    words: fullText === 'off' ? 'none' : fullText,
  })
  const reindex = reindexJob({
    storage,
    registry: parameters,
    clock,
    resourceTypes: r4.resourceTypes,
    ...(batch === undefined ? {} : { batch }),
  })
  const plugin = definePlugin({
    name: 'core-indexing',
    uses: { storage: storageService },
    setup: (services) => {
      late.storage = services.storage
      return {
        jobs: [reindex],
        operations: searchParameterOperations({ jobs, parameters, clock }),
        async start() {
          const { searchParameters } = set(late.registry, 'plugins')
          await publishContributions(storage(), parameters, searchParameters, clock)
          await parameters.start(storage(), jobs)
          await reindexOlder(storage(), jobs, log)
        },
        stop: () => parameters.stop(),
      }
    },
  })
  return {
    parameters,
    jobs,
    plugin,
    engine: {
      fresh: (reader) => parameters.fresh(reader),
      index: (resource) => parameters.index(resource),
      generationOf: (type) => parameters.generationOf(type),
      admit: (pending, tx) => admit(r4, pending, tx, clock),
      committed: () => parameters.committed(),
    },
    async attach(registry) {
      late.registry = registry
      late.runner = new JobRunner({
        storage: storage(),
        definitions: registry.jobs,
        log,
        poll: Math.min(1000, poll),
        ...(lease === undefined ? {} : { lease }),
      })
      const faults = await checkContributions(r4, registry.searchParameters)
      if (faults.length === 0) return
      throw new BootError(
        faults.map(({ plugin: name, definition, reason }) => {
          const message = `its search parameter '${definition.code}' (${definition.url}) cannot be used: ${reason}`
          return new PluginError(name, 'setup', message, 'Correct it in searchParameters, or leave it out.')
        }),
      )
    },
    start: () => late.runner?.start(),
    stop: async () => late.runner?.stop(),
  }
}

function set<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} can be used from start on, not during setup`)
  return value
}
