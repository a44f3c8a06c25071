import { randomBytes } from 'node:crypto'
import { type Logger, pino } from 'pino'
import { capabilityStatement } from './capability/capability-statement.js'
import { terminologyCapabilities } from './capability/terminology-capabilities.js'
import { loggableError } from './errors/loggable-error.js'
import { stringifyJson } from './fhir/json.js'
import { createFhirHandler } from './http/fhir-handler.js'
import { healthRoutes } from './http/health-routes.js'
import { createKoaApp } from './http/koa-app.js'
import { type Listener, listen } from './http/listener.js'
import { createRequestHandler } from './http/request-handler.js'
import { createEngine, type EngineParts } from './interactions/engine.js'
import { defaultLimits, type Limits } from './interactions/limits.js'
import { dispatchOperation } from './operations/dispatch.js'
import { explainOperation } from './operations/explain.js'
import { terminologyOperations } from './operations/terminology/terminology-operations.js'
import { validateOperation } from './operations/validate.js'
import type { Clock } from './plugin/context.js'
import { definePlugin, type Plugin } from './plugin/define.js'
import type { FhirRequest, FhirResponse } from './plugin/http.js'
import {
  type BootReportEntry,
  Lifecycle,
  type LifecycleLimits,
  renderBootReport,
} from './plugin/lifecycle.js'
import { backgroundWork } from './plugin/run-hooks.js'
import { createSecrets } from './plugin/secrets.js'
import {
  definitionsService,
  type Engine,
  engineService,
  jobsService,
  searchParametersService,
  secretsService,
  storageService,
} from './plugin/services.js'
import type { ServiceToken } from './plugin/tokens.js'
import { createPageLinks } from './search/page-link.js'
import type { FullText } from './search/parse.js'
import { createIndexing, type IndexingOptions } from './server/indexing.js'
import { createValidation, openKnowledge } from './server/validation.js'
import type { Storage } from './storage/storage.js'
import { createTerminology } from './terminology/terminology.js'
import { type ValidationLevel, validationLevels } from './validation/level.js'
import type { LocalOptions } from './validation/local.js'
import { preloadValidators } from './validation/structure.js'
import { version } from './version.js'

/** Settings of a server. Everything but `plugins` has a default. */
export interface FhirServerOptions {
  readonly plugins: readonly Plugin[]
  /** Services given instead of provided by a plugin: `[[storageService, memoryStorage()]]`. */
  // biome-ignore lint/suspicious/noExplicitAny: tokens of any type side by side
  readonly provide?: readonly (readonly [ServiceToken<any>, unknown])[]
  /** Path of the FHIR base; `/fhir` by default, `''` for the root. */
  readonly basePath?: string
  /** Origin in links, e.g. `https://fhir.example.org`. By default that of each request. */
  readonly origin?: string
  /** What the CapabilityStatement calls the server. */
  readonly name?: string
  /**
   * What writes are checked for: `structure` (default) refuses what is not built as R4 says; `full` checks invariants,
   * bindings, references, narratives, extensions and profiles too; `off` stores whatever parses. With `perRequest`, the
   * levels that a request may choose by `Prefer: validation=`; by default those that check more.
   */
  readonly validation?:
    | ValidationLevel
    | { readonly level?: ValidationLevel; readonly perRequest?: readonly ValidationLevel[] }
  /** FHIR packages with profiles and terminology: paths of `package.tgz` files or folders. */
  readonly packages?: readonly string[]
  /** Folder for unpacked packages, which several instances may share; by default in the user's cache, `false` for none. */
  readonly packageCache?: string | false
  /** Folder of code systems that `anamnesis terminology import` made. */
  readonly terminologyFolder?: string
  /** `refuse` makes an extension whose definition is not at hand an error of full validation; `report` by default. */
  readonly unknownExtensions?: 'report' | 'refuse'
  /**
   * The words that are indexed: `text` (default) those of narratives, for `_text`; `content` those of all texts too, for
   * `_content`, at the price of a larger index; `off` none. What was written before a change keeps its words.
   */
  readonly fullText?: FullText
  readonly limits?: Partial<Limits>
  /**
   * Offers `$explain`, which shows operators how a search is run; `false` by default. Whoever may call it learns how
   * many rows there are of a value.
   */
  readonly explain?: boolean
  /** A pino logger, or a level. `info` to standard output by default. */
  readonly log?: Logger | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly clock?: Clock
  /** Root secret, at least 32 bytes. Instances behind one load balancer share it. Random for each process by default. */
  readonly secret?: Uint8Array
  /** Origins that browsers may call from; `*` by default, `false` for none. */
  readonly corsOrigins?: '*' | readonly string[] | false
  /** True behind a proxy that sets `X-Forwarded-*`. */
  readonly proxy?: boolean
  /** Following the other instances' search parameters, and reindexing. */
  readonly indexing?: Partial<IndexingOptions>
  /** Time limits of plugins and of draining, in milliseconds. */
  readonly timeLimits?: Partial<LifecycleLimits>
}

/** A running server. */
export interface FhirServer {
  /** Serves one request without a socket; never rejects. */
  handle(request: FhirRequest): Promise<FhirResponse>
  /** Opens a port (0: a free one) and resolves when it accepts. `host` is 127.0.0.1 by default. */
  listen(port: number, host?: string): Promise<{ readonly port: number; readonly url: string }>
  /** Drains: stops accepting, finishes what is in flight, stops the plugins in reverse order. Idempotent. */
  stop(): Promise<void>
  readonly engine: Engine
  /** What was set up, in boot order. */
  readonly report: readonly BootReportEntry[]
}

/**
 * Assembles a FHIR R4 server from plugins and starts them. Nothing listens until `listen` is called.
 *
 * @throws BootError naming every plugin that stands in the way, with phase and remedy.
 */
export async function createFhirServer(options: FhirServerOptions): Promise<FhirServer> {
  const baseLog = typeof options.log === 'object' ? options.log : pino({ level: options.log ?? 'info' })
  const log = baseLog.child({}, { serializers: { err: loggableError } })
  const clock = options.clock ?? Date.now
  const limits = Object.freeze({ ...defaultLimits, ...options.limits })
  const timeLimits = { setup: 30_000, start: 120_000, stop: 20_000, ...options.timeLimits }
  const secrets = createSecrets(options.secret)
  const fullText = options.fullText ?? 'text'
  const indexing = createIndexing(log, clock, fullText, options.indexing)
  const { definitions } = indexing.parameters
  const levels = validationLevels(options.validation)
  const localOptions: LocalOptions = {
    packages: options.packages ?? [],
    ...(options.packageCache === undefined ? {} : { packageCache: options.packageCache }),
    ...(options.terminologyFolder === undefined ? {} : { terminologyFolder: options.terminologyFolder }),
  }
  const local = await openKnowledge(localOptions, log)
  const late: { engine?: Engine; storage?: Storage; parts?: EngineParts } = {}
  const engine: Engine = {
    execute: (interaction, ctx) => {
      if (!late.engine) throw new Error('the engine runs from start on, not during setup')
      return late.engine.execute(interaction, ctx)
    },
  }
  const core = definePlugin({
    name: 'core',
    uses: { storage: storageService },
    setup: ({ storage }) => {
      late.storage = storage
      const parts = () => late.parts as EngineParts
      const operations = [
        ...terminologyOperations(parts),
        validateOperation(engine, parts),
        ...(options.explain ? [explainOperation(parts)] : []),
      ]
      const { start, stop } = indexing
      return { operations, start, stop, health: () => storage.health() }
    },
  })
  const given = new Map<string, unknown>([
    [engineService.id, engine],
    [definitionsService.id, definitions],
    [searchParametersService.id, indexing.parameters],
    [jobsService.id, indexing.jobs],
    [secretsService.id, secrets],
    ...(options.provide ?? []).map(([token, value]): [string, unknown] => [token.id, value]),
  ])
  const lifecycle = await Lifecycle.prepare({
    plugins: [indexing.plugin, ...options.plugins, core],
    given,
    log,
    clock,
    randomId: (count = 16) => randomBytes(count).toString('hex'),
    limits: timeLimits,
  })
  const { registry } = lifecycle
  await indexing.attach(registry)
  const started = clock()
  const { terminology } = local
  const asked = createTerminology(terminology)
  const fullValidation = createValidation(
    local,
    localOptions,
    asked,
    clock,
    options.unknownExtensions,
    (err) => log.error({ err }, 'a rule of validation failed'),
  )
  const software = { name: options.name ?? 'Anamnesis', version }
  let terminologyStatement: readonly string[] | undefined
  let statement: { readonly parts: readonly string[]; readonly revision: number } | undefined
  late.parts = {
    registry,
    storage: late.storage as Storage,
    definitions,
    indexing: indexing.engine,
    pageLinks: createPageLinks(secrets.deriveKey('page-links')),
    limits,
    terminology: asked,
    validation: levels,
    fullValidation,
    fullText,
    dispatch: {
      operation: (interaction, ctx) => dispatchOperation(registry, interaction, ctx),
      // Only the URL differs from caller to caller, and callers choose it: it is put in for each.
      capabilities: async ({ mode }, { baseUrl }) => {
        if (mode === 'terminology') {
          terminologyStatement ??= stringifyJson(
            terminologyCapabilities({ registry, terminology, software, date: started, baseUrl: placeOfUrl }),
          ).split(`"${placeOfUrl}"`)
          return { status: 200, content: terminologyStatement.join(JSON.stringify(baseUrl)) }
        }
        const { revision } = indexing.parameters
        if (statement?.revision !== revision) {
          const resource = capabilityStatement({
            registry,
            definitions,
            software,
            date: started,
            baseUrl: placeOfUrl,
            fullText,
            cors: options.corsOrigins !== false,
          })
          statement = { revision, parts: stringifyJson(resource).split(`"${placeOfUrl}"`) }
        }
        return { status: 200, content: statement.parts.join(JSON.stringify(baseUrl)) }
      },
    },
  }
  late.engine = createEngine(late.parts)
  const http = {
    log,
    clock,
    basePath: normalBase(options.basePath ?? '/fhir'),
    origin: options.origin,
  }
  const handle = createRequestHandler({
    ...http,
    routes: [...healthRoutes(() => lifecycle), ...registry.routes],
    fhir: createFhirHandler({ ...http, engine: late.engine, registry, definitions, limits }),
  })
  await lifecycle.start()
  log.debug(`boot order\n${renderBootReport(lifecycle.report)}`)

  let listener: Listener | undefined
  let stopped: Promise<void> | undefined
  return {
    handle,
    engine,
    report: lifecycle.report,
    async listen(port, host = '127.0.0.1') {
      if (listener || stopped)
        throw new Error(`The server ${stopped ? 'has stopped' : 'listens already'}; create another one.`)
      const app = createKoaApp({
        handle,
        onError: (error) => log.error({ err: error }, 'response could not be sent'),
        bodyBytes: limits.bodyBytes,
        proxy: options.proxy ?? false,
        corsOrigins: options.corsOrigins ?? '*',
      })
      // The URL has its own limit and its own answer, so it has to get past the parser.
      listener = await listen(app.callback(), { port, host, headerBytes: limits.urlBytes + 48 * 1024 })
      // The first write should not wait for the validators.
      if (levels.level !== 'off') setImmediate(() => preloadValidators())
      if (levels.level === 'full') setImmediate(() => fullValidation.preload())
      return { port: listener.port, url: `${listener.url}${http.basePath}` }
    },
    stop() {
      stopped ??= (async () => {
        await listener?.close(timeLimits.stop)
        await backgroundWork(registry, timeLimits.stop)
        await lifecycle.stop()
        await fullValidation.stop()
        local.close()
      })()
      return stopped
    },
  }
}

/** Stands in the CapabilityStatement for the URL that a caller knows the server by. */
const placeOfUrl = 'urn:base-url'

function normalBase(path: string): string {
  const bare = path.replace(/^\/+|\/+$/g, '')
  return bare === '' ? '' : `/${bare}`
}
