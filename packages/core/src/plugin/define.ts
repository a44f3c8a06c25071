import type { Logger } from 'pino'
import type { AnyJobDefinition } from '../jobs/define.js'
import type { PluginSearchParameter } from '../search-parameters/define.js'
import type { Clock } from './context.js'
import type { ResourceDefinition } from './handlers.js'
import type { Hooks } from './hooks.js'
import type { OperationDefinition } from './operation.js'
import type { Route } from './route.js'
import type { AnyToken, ExtensionPoint, ProvidedValue, ServiceToken, UsedValue } from './tokens.js'

/** What `setup` may use beside its services. */
export interface PluginContext {
  /** Logs under the plugin's name. Never write patient data. */
  readonly log: Logger
  readonly clock: Clock
  /** `count` random bytes as hexadecimal text. */
  readonly randomId: (count?: number) => string
}

// biome-ignore lint/suspicious/noExplicitAny: providers of any type; ProvidedValue recovers it
export type AnyProvider = ServiceToken<any> | ExtensionPoint<any>

/** What a plugin adds to the server: data, which core freezes and derives everything else from. */
export interface PluginParts<Provides extends Record<string, AnyProvider> = Record<string, AnyProvider>> {
  readonly provides?: { readonly [K in keyof Provides]: ProvidedValue<Provides[K]> }
  readonly resources?: readonly ResourceDefinition[]
  readonly operations?: readonly OperationDefinition[]
  readonly routes?: readonly Route[]
  /** Published as SearchParameter resources, indexed, then offered to searches. */
  readonly searchParameters?: readonly PluginSearchParameter[]
  /** Kinds of long-running work that `jobsService` can start. */
  readonly jobs?: readonly AnyJobDefinition[]
  readonly hooks?: Hooks
  /** Runs in boot order once everything is set up, before the server listens. */
  readonly start?: () => Promise<void> | void
  /** Runs in reverse order; also when a later plugin failed to start. */
  readonly stop?: () => Promise<void> | void
  /** Rejects when the plugin cannot do its work; readiness shows it. */
  readonly health?: () => Promise<void> | void
}

/** A plugin: an unfrozen description that `createFhirServer` reads before any of its code runs. */
export interface Plugin {
  readonly name: string
  readonly uses: Readonly<Record<string, AnyToken>>
  readonly provides: Readonly<Record<string, AnyProvider>>
  readonly setup: (
    services: Readonly<Record<string, unknown>>,
    context: PluginContext,
  ) => Promise<PluginParts>
}

type NeedsProvides<P extends Record<string, AnyProvider>> = keyof P extends never
  ? PluginParts<P>
  : PluginParts<P> & Required<Pick<PluginParts<P>, 'provides'>>

/** What `definePlugin` takes. */
export interface PluginDefinition<
  Uses extends Record<string, AnyToken>,
  Provides extends Record<string, AnyProvider>,
> {
  /** Unique in a server; shown in logs, the boot report and errors. */
  readonly name: string
  /** Services and extension points that `setup` receives. Their providers are set up first. */
  readonly uses?: Uses
  /** Services and extension points that `setup` returns values for. */
  readonly provides?: Provides
  readonly setup: (
    services: { readonly [K in keyof Uses]: UsedValue<Uses[K]> },
    context: PluginContext,
  ) => NeedsProvides<Provides> | Promise<NeedsProvides<Provides>>
}

/**
 * Defines a plugin. `uses` types what `setup` receives, `provides` what it must return.
 *
 * @example
 * definePlugin({
 *   name: 'greeter',
 *   setup: () => ({ hooks: { afterCommit: (changes, ctx) => ctx.log.info({ count: changes.length }, 'written') } }),
 * })
 */
export function definePlugin<
  const Uses extends Record<string, AnyToken> = Record<never, never>,
  const Provides extends Record<string, AnyProvider> = Record<never, never>,
>(definition: PluginDefinition<Uses, Provides>): Plugin {
  return Object.freeze({
    name: definition.name,
    uses: Object.freeze({ ...definition.uses }),
    provides: Object.freeze({ ...definition.provides }),
    setup: async (services: Readonly<Record<string, unknown>>, context: PluginContext) =>
      (await definition.setup(services as never, context)) as PluginParts,
  })
}
