import { randomUUID } from 'node:crypto'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { ValueSetResource } from '../../terminology/content.js'
import { type ExpandedCode, type ExpansionOptions, expand } from '../../terminology/expansion.js'
import type { Designation } from '../../terminology/membership.js'
import { displayIn } from '../../terminology/names.js'
import { type NestedCode, nest } from '../../terminology/nesting.js'
import type { CompiledValueSet } from '../../terminology/value-set.js'
import { terminologyOperation } from './define.js'
import type { OperationInput } from './input.js'
import { valueSetOf } from './value-set-of.js'
import { withVersions } from './versions.js'

/** `ValueSet/$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html). */
export function expandOperation(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<ValueSetResource>(parts, {
    type: 'ValueSet',
    name: 'expand',
    body: 'valueSet',
    answer(view, input, instance, now) {
      const source = withVersions(view, input)
      return answer(source, valueSetOf(source, input, instance), input, new Date(now).toISOString())
    },
  })
}

/** Parameters that are said again in the answer, by type. */
const echoed = {
  String: ['filter'],
  Integer: ['offset', 'count'],
  Boolean: ['activeOnly', 'includeDesignations', 'includeDefinition', 'excludeNested', 'excludeNotForUI'],
  Code: ['displayLanguage'],
  Uri: ['exclude-system', 'system-version', 'check-system-version', 'force-system-version'],
} as const

function answer(
  view: TerminologyView,
  set: CompiledValueSet,
  input: OperationInput,
  timestamp: string,
): AnyResource {
  const options = optionsOf(input)
  const { total, codes } = expand(set, view, options)
  const show = showing(input)
  // A page has no whole hierarchy, and found codes lack the ones that are not found.
  const paged = options.offset !== undefined || options.count !== undefined || options.filter !== undefined
  const nested = paged || input.boolean('excludeNested') === true || set.includes.some(({ listed }) => listed)
  const contains = nested
    ? codes.map((code) => show({ code, children: [] }))
    : nest(codes, view).map((node) => show(node))
  const { compose, expansion: _, text: __, ...described } = set.resource
  return {
    ...described,
    ...(input.boolean('includeDefinition') && compose ? { compose } : {}),
    expansion: {
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp,
      ...(total === undefined ? {} : { total }),
      ...(options.offset === undefined && options.count === undefined ? {} : { offset: options.offset ?? 0 }),
      parameter: [...echo(input), ...versionsOf(set)],
      ...(contains.length === 0 ? {} : { contains }),
    },
  }
}

function optionsOf(input: OperationInput): ExpansionOptions {
  const [filter, offset, count] = [input.text('filter'), input.count('offset'), input.count('count')]
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(offset === undefined ? {} : { offset }),
    ...(count === undefined ? {} : { count }),
    activeOnly: input.boolean('activeOnly') ?? false,
    excludeAbstract: input.boolean('excludeNotForUI') ?? false,
    excludeSystems: input.texts('exclude-system').map((canonical) => canonical.split('|')[0] ?? ''),
  }
}

/** Shows a code as `expansion.contains`. */
function showing(input: OperationInput): (node: NestedCode) => Record<string, unknown> {
  const language = input.text('displayLanguage')
  const wanted = input.texts('designation')
  const all = input.boolean('includeDesignations') ?? wanted.length > 0
  const designations = ({ designations }: ExpandedCode) =>
    all ? designations.filter((each) => wanted.length === 0 || wanted.some((token) => isOf(each, token))) : []
  const show = ({ code, children }: NestedCode): Record<string, unknown> => {
    const display = displayIn(code, language)
    const shown = designations(code)
    return {
      system: code.system,
      ...(code.abstract ? { abstract: true } : {}),
      ...(code.inactive ? { inactive: true } : {}),
      code: code.code,
      ...(display === undefined ? {} : { display }),
      ...(shown.length === 0 ? {} : { designation: shown }),
      ...(children.length === 0 ? {} : { contains: children.map(show) }),
    }
  }
  return show
}

/** Whether a designation is of a language (`de`, `urn:ietf:bcp:47|de`) or of a use (`system|code`). */
function isOf({ language, use }: Designation, token: string): boolean {
  const bar = token.indexOf('|')
  const [system, code] = bar === -1 ? ['', token] : [token.slice(0, bar), token.slice(bar + 1)]
  if (system === '' || system === 'urn:ietf:bcp:47') return language === code
  return use?.system === system && use.code === code
}

function echo(input: OperationInput): Record<string, unknown>[] {
  return Object.entries(echoed).flatMap(([type, names]) =>
    names.flatMap((name) =>
      input.texts(name).map((text) => ({
        name,
        [`value${type}`]: type === 'Boolean' ? text === 'true' : type === 'Integer' ? Number(text) : text,
      })),
    ),
  )
}

/** The versions of the code systems that were used. */
function versionsOf(set: CompiledValueSet): Record<string, unknown>[] {
  const used = new Set<string>()
  const add = ({ includes }: CompiledValueSet): void => {
    for (const { provider, valueSets } of includes) {
      if (provider?.version !== undefined) used.add(`${provider.system}|${provider.version}`)
      for (const each of valueSets) add(each)
    }
  }
  add(set)
  return [...used].map((canonical) => ({ name: 'version', valueUri: canonical }))
}
