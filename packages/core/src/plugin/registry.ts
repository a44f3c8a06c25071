import type { AnyJobDefinition } from '../jobs/define.js'
import type { PluginContribution } from '../search-parameters/publish.js'
import type { PluginParts } from './define.js'
import type { HandledInteraction, Handler, ResourceHandlers } from './handlers.js'
import type { HookName, Hooks } from './hooks.js'
import type { OperationDefinition } from './operation.js'
import type { Route } from './route.js'

/** One registered hook with its plugin, for logs and errors. */
export interface RegisteredHook<N extends HookName> {
  readonly plugin: string
  readonly run: NonNullable<Hooks[N]>
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of all interactions in one map; `handlers()` gives the type back
type AnyHandler = Handler<any, any>

/**
 * Everything that the plugins gave, frozen. Dispatch, the CapabilityStatement and the boot report read it; nothing is
 * registered anywhere else.
 */
export class Registry {
  readonly operations: readonly OperationDefinition[]
  readonly routes: readonly Route[]
  readonly searchParameters: readonly PluginContribution[]
  readonly jobs: readonly AnyJobDefinition[]
  readonly #hooks = new Map<HookName, RegisteredHook<HookName>[]>()
  readonly #handlers = new Map<string, AnyHandler[]>()

  /** @param parts what each plugin gave, in boot order. */
  constructor(parts: readonly { readonly plugin: string; readonly parts: PluginParts }[]) {
    this.operations = Object.freeze(parts.flatMap(({ parts }) => parts.operations ?? []))
    this.routes = Object.freeze(parts.flatMap(({ parts }) => parts.routes ?? []))
    this.jobs = Object.freeze(parts.flatMap(({ parts }) => parts.jobs ?? []))
    this.searchParameters = Object.freeze(
      parts.flatMap(({ plugin, parts }) =>
        (parts.searchParameters ?? []).map((definition) => ({ plugin, definition })),
      ),
    )
    for (const { plugin, parts: given } of parts) {
      for (const [name, run] of Object.entries(given.hooks ?? {})) {
        if (!run) continue
        const key = name as HookName
        this.#hooks.set(key, [...(this.#hooks.get(key) ?? []), { plugin, run: run as never }])
      }
      for (const { type, handlers } of given.resources ?? []) {
        for (const [interaction, handler] of Object.entries(handlers)) {
          const key = `${type}.${interaction}`
          this.#handlers.set(key, [...(this.#handlers.get(key) ?? []), handler as AnyHandler])
        }
      }
    }
  }

  hooks<N extends HookName>(name: N): readonly RegisteredHook<N>[] {
    return (this.#hooks.get(name) ?? []) as unknown as readonly RegisteredHook<N>[]
  }

  handlers<I extends HandledInteraction>(
    type: string,
    interaction: I,
  ): readonly NonNullable<ResourceHandlers[I]>[] {
    return (this.#handlers.get(`${type}.${interaction}`) ?? []) as never
  }
}
