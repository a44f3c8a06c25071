import type { CodeArchive } from '../../src/terminology/membership.js'

export interface ArchivedCode {
  readonly display?: string
  readonly children?: readonly string[]
  readonly properties?: Readonly<Record<string, readonly string[]>>
}

/** An archive in memory, of the shape that large distributions come in. */
export function archiveOf(
  system: string,
  entries: Readonly<Record<string, ArchivedCode>>,
  version = '1',
): CodeArchive {
  const codes = Object.keys(entries)
  const parents = (code: string) => codes.filter((each) => entries[each]?.children?.includes(code))
  const subsumes = (ancestor: string, code: string): boolean =>
    ancestor === code ? codes.includes(code) : parents(code).some((parent) => subsumes(ancestor, parent))
  return {
    system,
    version,
    size: codes.length,
    lookup(code) {
      const entry = entries[code]
      if (!entry) return undefined
      return { code, display: entry.display ?? code, designations: [], inactive: false, abstract: false }
    },
    parents,
    children: (code) => entries[code]?.children ?? [],
    subsumes,
    property: (code, property) => entries[code]?.properties?.[property] ?? [],
    properties: [...new Set(codes.flatMap((code) => Object.keys(entries[code]?.properties ?? {})))],
    withProperty: (property, value) =>
      codes.filter((code) => entries[code]?.properties?.[property]?.includes(value)),
    codes: (after) => (after === undefined ? codes : codes.slice(codes.indexOf(after) + 1)),
    search: (text, limit) =>
      codes
        .filter((code) =>
          text
            .toLowerCase()
            .split(/\s+/)
            .every((word) =>
              (entries[code]?.display ?? code)
                .toLowerCase()
                .split(/\s+/)
                .some((each) => each.startsWith(word)),
            ),
        )
        .slice(0, limit),
  }
}
