import { Recent } from '../../definitions/recent.js'
import type { CodeProvider } from '../provider.js'

/** Codes whose judgement is remembered: few are in use. */
const keptCodes = 1000

/** What a grammar says of its codes. */
export interface Grammar {
  readonly system: string
  readonly title: string
  /** The code as it is best spelled; undefined for what is none. */
  spelled(code: string): string | undefined
  display(code: string): string | undefined
  filter?: CodeProvider['filter']
}

/** A code system whose codes are those of a grammar: no list, no hierarchy, each code for itself. */
export function grammarProvider({ system, title, display, filter, ...grammar }: Grammar): CodeProvider {
  const judged = new Recent<{ readonly spelled: string | undefined }>(keptCodes)
  const spelled = (code: string) => judged.get(code, 1, () => ({ spelled: grammar.spelled(code) })).spelled
  return {
    system,
    title,
    version: undefined,
    complete: true,
    size: undefined,
    spelled,
    lookup(code) {
      const found = spelled(code)
      if (found === undefined) return undefined
      return {
        code: found,
        display: display(found) ?? found,
        designations: [],
        inactive: false,
        abstract: false,
        formed: true,
      }
    },
    parents: () => [],
    children: () => [],
    subsumes: (ancestor, code) => spelled(ancestor) !== undefined && spelled(ancestor) === spelled(code),
    property: (code, property) => (property === 'code' || property === 'concept' ? [code] : []),
    codes: () => [],
    ...(filter ? { filter } : {}),
  }
}
