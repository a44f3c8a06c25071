import { createHash } from 'node:crypto'
import type { Definitions } from '../definitions/definitions.js'
import { contentOf } from '../fhir/content.js'
import { parseJson, stringifyJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { Storage } from '../storage/storage.js'
import type { PluginSearchParameter } from './define.js'
import { faultText } from './fault.js'
import { admit } from './guard.js'
import { judge, type NamedParameter } from './judge.js'
import type { SearchParameterRegistry } from './registry.js'

/** A search parameter of a plugin. */
export interface PluginContribution {
  readonly plugin: string
  readonly definition: PluginSearchParameter
}

/** A contribution that cannot be used. */
export interface ContributionFault extends PluginContribution {
  readonly reason: string
}

/** What is wrong with the search parameters of plugins, told before anything is started. */
export async function checkContributions(
  definitions: Definitions,
  contributions: readonly PluginContribution[],
): Promise<ContributionFault[]> {
  const faults: ContributionFault[] = []
  const others: NamedParameter[] = []
  const isComposite = ({ definition }: PluginContribution) => definition.type === 'composite'
  for (const each of [
    ...contributions.filter((one) => !isComposite(one)),
    ...contributions.filter(isComposite),
  ]) {
    const judgement = await judge(definitions, resourceOf(each), others)
    if (judgement.kind === 'refused') faults.push({ ...each, reason: faultText(judgement.faults) })
    else if (judgement.kind === 'custom') {
      others.push({ name: `the plugin ${each.plugin}`, definition: judgement.definition })
    }
  }
  return faults
}

/**
 * Stores the search parameters of plugins as SearchParameter resources, where they are not stored as they are already:
 * every instance, this one included, reads them from there, and their instant is the same for all.
 *
 * @throws FhirError `invalid-search-parameter` where a stored SearchParameter of somebody else's stands in the way.
 */
export async function publishContributions(
  storage: Storage,
  registry: SearchParameterRegistry,
  contributions: readonly PluginContribution[],
  clock: () => number,
): Promise<void> {
  if (contributions.length === 0) return
  const resources = contributions.map(resourceOf)
  const keys = resources.map(({ id }) => ({ type: 'SearchParameter', id: id as string }))
  // Most starts find everything as it is.
  const stored = await storage.read(keys)
  if (resources.every((resource, index) => isSame(resource, stored[index]?.content))) return
  await storage.transaction(async (tx) => {
    const current = await tx.read(keys)
    const changed = resources.filter((resource, index) => !isSame(resource, current[index]?.content))
    await admit(
      registry.base,
      changed.map((resource) => ({ id: resource.id as string, resource })),
      tx,
      clock,
    )
    await tx.write(
      changed.map((resource) => {
        const id = resource.id as string
        const indexed = registry.index(resource)
        return {
          kind: 'update',
          type: 'SearchParameter',
          id,
          ...contentOf(resource, id),
          ...indexed,
          patients: [],
        }
      }),
    )
  })
}

/** The system of the tag that names the plugin. */
const pluginSystem = 'https://anamnesis.dev/fhir/CodeSystem/plugin'

function resourceOf({ plugin, definition }: PluginContribution): AnyResource {
  const { url, code, base, type, expression, description, name, target, component } = definition
  return {
    resourceType: 'SearchParameter',
    id: idOf(plugin, code, url),
    meta: { tag: [{ system: pluginSystem, code: plugin }] },
    url,
    name: name ?? nameOf(code),
    status: 'active',
    description,
    code,
    base: [...base],
    type,
    expression,
    ...(target === undefined ? {} : { target: [...target] }),
    ...(component === undefined ? {} : { component: component.map((each) => ({ ...each })) }),
  }
}

/** The same at every start. The URL tells parameters apart that have one code on different types. */
function idOf(plugin: string, code: string, url: string): string {
  const readable = `${plugin}-${code}`.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 50)
  return `${readable}-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`
}

function nameOf(code: string): string {
  return code.replace(/(?:^|[-_])([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase())
}

function isSame(wanted: AnyResource, content: string | undefined): boolean {
  if (!content) return false
  const stored = parseJson(content).value as AnyResource
  const { versionId: _, lastUpdated: __, ...meta } = stored.meta ?? {}
  return canonical({ ...stored, meta }) === canonical(wanted)
}

/** The elements in one order. */
function canonical(resource: AnyResource): string {
  return stringifyJson(Object.fromEntries(Object.entries(resource).sort(([a], [b]) => (a < b ? -1 : 1))))
}
