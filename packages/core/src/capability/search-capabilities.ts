import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { FullText } from '../search/parse.js'

/** What the statement says of the search of one type. */
export function searchOfType(
  definitions: Definitions,
  fullText: FullText,
  type: string,
  revincludes: readonly string[],
): Record<string, unknown> {
  const parameters = searchable(definitions, type, fullText)
  const includes = parameters
    .filter((parameter) => parameter.type === 'reference')
    .map(({ code }) => `${type}:${code}`)
  return {
    ...(includes.length > 0 ? { searchInclude: ['*', ...includes] } : {}),
    ...(revincludes.length > 0 ? { searchRevInclude: ['*', ...revincludes] } : {}),
    searchParam: parameters.map(searchParam),
  }
}

/** Parameters that search every type, in R4's words. They have no SearchParameter resource. */
const special = [
  ['_list', 'Members of a List, by its id'],
  ['_has', 'Something that refers to the resource matches: _has:Observation:patient:code'],
  ['_filter', 'A filter expression'],
  ['_type', 'Resource types that a search of the system finds'],
] as const

/** What it says of the search of several types at once: what these have in common. */
export function searchOfSystem(definitions: Definitions, fullText: FullText): unknown[] {
  return [
    ...searchable(definitions, 'Resource', fullText).map(searchParam),
    ...special.map(([name, documentation]) => ({ name, type: 'special', documentation })),
  ]
}

/** What is not indexed is not claimed. */
function searchable(definitions: Definitions, type: string, fullText: FullText): SearchParameter[] {
  const absent: readonly string[] = { off: ['_text', '_content'], text: ['_content'], content: [] }[fullText]
  return [...definitions.searchParameters(type).values()].filter(({ code }) => !absent.includes(code))
}

function searchParam({ code, type, url, description }: SearchParameter): Record<string, unknown> {
  return {
    name: code,
    definition: url,
    type,
    ...(description === '' ? {} : { documentation: description }),
  }
}

/** For each type, the `Type:param` references that may point to it: its `_revinclude` values. */
export function referrersOf(definitions: Definitions): Map<string, string[]> {
  const referrers = new Map<string, string[]>(definitions.resourceTypes.map((type) => [type, []]))
  for (const source of definitions.resourceTypes) {
    for (const { code, type, target = [] } of definitions.searchParameters(source).values()) {
      if (type !== 'reference') continue
      const targets = target.includes('Resource') ? definitions.resourceTypes : target
      for (const each of targets) referrers.get(each)?.push(`${source}:${code}`)
    }
  }
  return referrers
}
