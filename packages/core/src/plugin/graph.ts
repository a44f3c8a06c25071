import type { Plugin } from './define.js'
import { PluginError } from './plugin-error.js'

/** The boot order, or every reason why there is none. */
export interface Graph {
  readonly order: readonly Plugin[]
  readonly problems: readonly PluginError[]
}

/**
 * Orders plugins so that providers come before users; the order of the array breaks ties. Reads declarations only: no
 * plugin code runs. Missing, duplicate and cyclic dependencies are all found in one go.
 *
 * @param given ids of services that need no plugin: core's own, and those that a test puts in.
 */
export function orderPlugins(plugins: readonly Plugin[], given: ReadonlySet<string>): Graph {
  const problems: PluginError[] = []
  const providers = new Map<string, Plugin[]>()
  const kinds = new Map<string, string>()
  const names = new Set<string>()

  for (const plugin of plugins) {
    if (names.has(plugin.name)) {
      problems.push(
        new PluginError(
          plugin.name,
          'graph',
          'this name is used by two plugins',
          'Remove one of them, or give one another name.',
        ),
      )
    }
    names.add(plugin.name)
    for (const token of Object.values(plugin.provides)) {
      const known = providers.get(token.id)
      if (token.kind === 'service' && given.has(token.id)) {
        problems.push(
          new PluginError(
            plugin.name,
            'graph',
            `it provides ${token.id}, which the server already has`,
            'Remove the plugin, or leave out the given service.',
          ),
        )
      } else if (token.kind === 'service' && known?.[0]) {
        problems.push(
          new PluginError(
            plugin.name,
            'graph',
            `it provides ${token.id}, as does ${known[0].name}`,
            `A service has exactly one provider: remove ${plugin.name} or ${known[0].name}.`,
          ),
        )
      }
      providers.set(token.id, [...(known ?? []), plugin])
      kinds.set(token.id, token.kind)
    }
  }

  const needs = new Map<Plugin, Set<Plugin>>()
  for (const plugin of plugins) {
    const before = new Set<Plugin>()
    for (const token of Object.values(plugin.uses)) {
      const found = providers.get(token.id) ?? []
      if (token.kind === 'service' && found.length === 0 && !given.has(token.id)) {
        problems.push(
          new PluginError(
            plugin.name,
            'graph',
            `it uses ${token.id}, which no plugin provides`,
            `Add a plugin that provides ${token.id} to createFhirServer({ plugins: [...] }).`,
          ),
        )
      }
      for (const provider of found) if (provider !== plugin) before.add(provider)
    }
    needs.set(plugin, before)
  }

  const order: Plugin[] = []
  const waiting = [...plugins]
  while (waiting.length > 0) {
    const index = waiting.findIndex((plugin) =>
      [...(needs.get(plugin) ?? [])].every((p) => order.includes(p)),
    )
    const next = waiting[index]
    if (!next) break
    order.push(next)
    waiting.splice(index, 1)
  }
  if (waiting.length > 0) problems.push(cycleProblem(waiting, needs))
  return { order, problems }
}

/** Follows what is not ordered yet until a plugin comes up twice. */
function cycleProblem(
  waiting: readonly Plugin[],
  needs: ReadonlyMap<Plugin, ReadonlySet<Plugin>>,
): PluginError {
  const path: Plugin[] = []
  let current = waiting[0] as Plugin
  while (!path.includes(current)) {
    path.push(current)
    current = [...(needs.get(current) ?? [])].find((plugin) => waiting.includes(plugin)) ?? current
  }
  const cycle = [...path.slice(path.indexOf(current)), current].map((plugin) => plugin.name)
  return new PluginError(
    current.name,
    'graph',
    `it needs itself: ${cycle.join(' needs ')}`,
    'Break the cycle: let one of them use an optional service, or move the shared part to a plugin of its own.',
  )
}
