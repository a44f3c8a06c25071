import type { Logger } from 'pino'
import type { AnyResource } from '../fhir/types.js'
import type { SearchQuery } from '../search/query.js'
import type { RequestContext } from './context.js'
import type { HookName, PendingWrite } from './hooks.js'
import type { Registry } from './registry.js'

/** Asks every `narrow` hook in turn; the query only ever gets narrower. */
export async function narrow(
  registry: Registry,
  query: SearchQuery,
  ctx: RequestContext,
): Promise<SearchQuery> {
  let narrowed = query
  for (const hook of registry.hooks('narrow')) narrowed = await hook.run(narrowed, ctx)
  return narrowed
}

/** Passes a resource through every `beforeWrite` hook. */
export async function beforeWrite(
  registry: Registry,
  resource: AnyResource,
  write: PendingWrite,
  ctx: RequestContext,
): Promise<AnyResource> {
  let current = resource
  for (const hook of registry.hooks('beforeWrite')) current = (await hook.run(current, write, ctx)) ?? current
  return current
}

/** Passes a resource through every `beforeReturn` hook. */
export async function beforeReturn(
  registry: Registry,
  resource: AnyResource,
  ctx: RequestContext,
): Promise<AnyResource> {
  let current = resource
  for (const hook of registry.hooks('beforeReturn')) current = (await hook.run(current, ctx)) ?? current
  return current
}

const running = new WeakMap<Registry, Set<Promise<void>>>()

/** Starts the hooks of a parallel moment; nobody waits, failures are logged with the plugin's name. */
export function runInBackground<N extends 'afterCommit' | 'afterResponse'>(
  registry: Registry,
  name: N,
  log: Logger,
  call: (hook: ReturnType<typeof registry.hooks<N>>[number]['run']) => Promise<void> | void,
): void {
  for (const hook of registry.hooks(name)) {
    const work: Promise<void> = Promise.resolve()
      .then(() => call(hook.run))
      .catch((error: unknown) =>
        log.error({ err: error, plugin: hook.plugin, hook: name satisfies HookName }, 'hook failed'),
      )
      .finally(() => running.get(registry)?.delete(work))
    running.set(registry, (running.get(registry) ?? new Set()).add(work))
  }
}

/** Resolves when no hook is at work in the background, or when the limit in milliseconds is over. */
export async function backgroundWork(registry: Registry, limit: number): Promise<void> {
  // Hooks that follow a response start a moment after it.
  await new Promise((resolve) => setImmediate(resolve))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([Promise.all(running.get(registry) ?? []), late])
  clearTimeout(timer)
}
