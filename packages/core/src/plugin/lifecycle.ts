import type { Logger } from 'pino'
import type { Clock } from './context.js'
import type { AnyProvider, Plugin, PluginParts } from './define.js'
import { orderPlugins } from './graph.js'
import { BootError, PluginError, type PluginPhase } from './plugin-error.js'
import { Registry } from './registry.js'
import type { AnyToken } from './tokens.js'

/** Time limits of the phases, in milliseconds. */
export interface LifecycleLimits {
  readonly setup: number
  readonly start: number
  readonly stop: number
}

export interface BootOptions {
  readonly plugins: readonly Plugin[]
  /** Services that need no plugin, by token id. */
  readonly given: ReadonlyMap<string, unknown>
  readonly log: Logger
  readonly clock: Clock
  readonly randomId: (count?: number) => string
  readonly limits: LifecycleLimits
}

/** One line of the boot report. */
export interface BootReportEntry {
  readonly plugin: string
  readonly uses: readonly string[]
  readonly provides: readonly string[]
  /** What it added, e.g. `hooks: beforeCommit`, `operations: $access-report`. */
  readonly adds: readonly string[]
  readonly milliseconds: number
}

interface Prepared {
  readonly plugin: Plugin
  readonly parts: PluginParts
  readonly milliseconds: number
}

/** Plugins that were set up, in boot order; `start` and `stop` run them. */
export class Lifecycle {
  readonly registry: Registry
  readonly #prepared: readonly Prepared[]
  readonly #services: ReadonlyMap<string, unknown>
  readonly #options: BootOptions
  #started: Prepared[] = []
  #stopping: Promise<void> | undefined

  private constructor(
    prepared: readonly Prepared[],
    services: ReadonlyMap<string, unknown>,
    options: BootOptions,
  ) {
    this.#prepared = prepared
    this.#services = services
    this.#options = options
    this.registry = new Registry(prepared.map(({ plugin, parts }) => ({ plugin: plugin.name, parts })))
  }

  /**
   * Orders and sets up the plugins. A plugin whose provider failed is not set up, every other one is, so that all
   * problems show at once.
   *
   * @throws BootError with every problem.
   */
  static async prepare(options: BootOptions): Promise<Lifecycle> {
    const graph = orderPlugins(options.plugins, new Set(options.given.keys()))
    if (graph.problems.length > 0) throw new BootError(graph.problems)
    const services = new Map(options.given)
    const contributions = new Map<string, unknown[]>()
    const failed = new Set<string>()
    const problems: PluginError[] = []
    const prepared: Prepared[] = []

    for (const plugin of graph.order) {
      const tokens = Object.values(plugin.uses)
      const provides = Object.values(plugin.provides)
      if (tokens.some((token) => failed.has(token.id))) {
        for (const token of provides) failed.add(token.id)
        continue
      }
      const began = performance.now()
      try {
        const used = Object.fromEntries(
          Object.entries(plugin.uses).map(([name, token]) => [
            name,
            usedValue(token, services, contributions),
          ]),
        )
        const context = {
          log: options.log.child({ plugin: plugin.name }),
          clock: options.clock,
          randomId: options.randomId,
        }
        const parts = await inTime(plugin.setup(used, context), options.limits.setup)
        for (const [name, token] of Object.entries(plugin.provides)) {
          take(plugin, name, token, parts, services, contributions)
        }
        prepared.push({ plugin, parts: freeze(parts), milliseconds: performance.now() - began })
      } catch (error) {
        for (const token of provides) failed.add(token.id)
        problems.push(asPluginError(plugin.name, 'setup', error))
      }
    }
    problems.push(...jobProblems(prepared))
    if (problems.length > 0) throw new BootError(problems)
    return new Lifecycle(prepared, services, options)
  }

  /** The value of a service; undefined where nobody provides it. */
  service(token: { readonly id: string }): unknown {
    return this.#services.get(token.id)
  }

  /**
   * Starts in boot order. When one fails, those that have started are stopped again.
   *
   * @throws BootError naming the plugin.
   */
  async start(): Promise<void> {
    for (const prepared of this.#prepared) {
      try {
        await inTime(Promise.resolve(prepared.parts.start?.()), this.#options.limits.start)
        this.#started.push(prepared)
      } catch (error) {
        await this.stop()
        throw new BootError([asPluginError(prepared.plugin.name, 'start', error)])
      }
    }
  }

  /** Stops in reverse order, each within its time; a plugin that fails or hangs is logged and does not hold up the rest. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const { plugin, parts } of [...this.#started].reverse()) {
        try {
          await inTime(Promise.resolve(parts.stop?.()), this.#options.limits.stop)
        } catch (error) {
          this.#options.log.error(
            { err: asPluginError(plugin.name, 'stop', error), plugin: plugin.name },
            'plugin did not stop',
          )
        }
      }
      this.#started = []
    })()
    return this.#stopping
  }

  /** The health of every plugin that reports one: `undefined` where all is well, else what is wrong. */
  async health(): Promise<ReadonlyMap<string, Error | undefined>> {
    const results = await Promise.all(
      this.#prepared
        .filter(({ parts }) => parts.health)
        .map(async ({ plugin, parts }): Promise<[string, Error | undefined]> => {
          try {
            await inTime(Promise.resolve(parts.health?.()), 5000)
            return [plugin.name, undefined]
          } catch (error) {
            return [plugin.name, error instanceof Error ? error : new Error(String(error))]
          }
        }),
    )
    return new Map(results)
  }

  /** What was set up, in boot order. */
  get report(): readonly BootReportEntry[] {
    return this.#prepared.map(({ plugin, parts, milliseconds }) => ({
      plugin: plugin.name,
      uses: Object.values(plugin.uses).map((token) => token.id),
      provides: Object.values(plugin.provides).map((token) => token.id),
      adds: describeParts(parts),
      milliseconds,
    }))
  }
}

/** The boot report as a tree for people. */
export function renderBootReport(report: readonly BootReportEntry[]): string {
  return report
    .map((entry, index) => {
      const last = index === report.length - 1
      const facts = [
        entry.uses.length > 0 ? `uses ${entry.uses.join(', ')}` : '',
        entry.provides.length > 0 ? `provides ${entry.provides.join(', ')}` : '',
        ...entry.adds,
      ].filter((fact) => fact !== '')
      const lines = [`${last ? '└─' : '├─'} ${entry.plugin} (${entry.milliseconds.toFixed(0)} ms)`]
      for (const fact of facts) lines.push(`${last ? '  ' : '│ '}   ${fact}`)
      return lines.join('\n')
    })
    .join('\n')
}

/** A kind of job names the one work that is done for it. */
function jobProblems(prepared: readonly Prepared[]): PluginError[] {
  const owners = new Map<string, string>()
  return prepared.flatMap(({ plugin, parts }) =>
    (parts.jobs ?? []).flatMap(({ kind }) => {
      const owner = owners.get(kind)
      if (owner === undefined) {
        owners.set(kind, plugin.name)
        return []
      }
      const message = `it defines the job '${kind}', as does ${owner}`
      return [new PluginError(plugin.name, 'setup', message, 'Give one of the two another kind.')]
    }),
  )
}

function describeParts(parts: PluginParts): string[] {
  const lists: [string, readonly string[]][] = [
    ['hooks', Object.keys(parts.hooks ?? {})],
    [
      'resources',
      (parts.resources ?? []).map(({ type, handlers }) => `${type} ${Object.keys(handlers).join('+')}`),
    ],
    ['operations', (parts.operations ?? []).map(({ name }) => `$${name}`)],
    ['routes', (parts.routes ?? []).map(({ method, path }) => `${method} ${path}`)],
    [
      'search parameters',
      (parts.searchParameters ?? []).map(({ base, code }) => `${base.join('|')}.${code}`),
    ],
    ['jobs', (parts.jobs ?? []).map(({ kind }) => kind)],
  ]
  return lists.filter(([, items]) => items.length > 0).map(([name, items]) => `${name}: ${items.join(', ')}`)
}

function usedValue(
  token: AnyToken,
  services: ReadonlyMap<string, unknown>,
  contributions: ReadonlyMap<string, unknown[]>,
): unknown {
  if (token.kind === 'extension-point') return Object.freeze([...(contributions.get(token.id) ?? [])])
  return services.get(token.id)
}

function take(
  plugin: Plugin,
  name: string,
  token: AnyProvider,
  parts: PluginParts,
  services: Map<string, unknown>,
  contributions: Map<string, unknown[]>,
): void {
  const value = (parts.provides as Record<string, unknown> | undefined)?.[name]
  if (value === undefined || (token.kind === 'extension-point' && !Array.isArray(value))) {
    throw new PluginError(
      plugin.name,
      'setup',
      `it declares provides.${name} (${token.id}) but setup did not return it`,
      `Return { provides: { ${name}: ${token.kind === 'service' ? '...' : '[...]'} } } from setup.`,
    )
  }
  if (token.kind === 'service') services.set(token.id, value)
  else contributions.set(token.id, [...(contributions.get(token.id) ?? []), ...(value as unknown[])])
}

function freeze(parts: PluginParts): PluginParts {
  for (const value of Object.values(parts)) if (Array.isArray(value)) Object.freeze(value)
  return Object.freeze({ ...parts })
}

function asPluginError(plugin: string, phase: PluginPhase, error: unknown): PluginError {
  if (error instanceof PluginError) return error
  const message = error instanceof Error ? error.message : String(error)
  const remedy =
    error instanceof Error && 'remedy' in error && typeof error.remedy === 'string'
      ? error.remedy
      : `Check the options given to the plugin ${plugin}.`
  return new PluginError(plugin, phase, message, remedy, { cause: error })
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not finish within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
