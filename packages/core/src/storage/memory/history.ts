import { matchesAll } from '../../search/match.js'
import type { HistoryEntry, HistoryPage, HistoryQuery } from '../storage.js'
import { type MemoryVersion, toStored } from './version.js'
import type { View } from './view.js'

/** One page of the history of a resource, a type or the server, newest first. */
export function readHistory(view: View, query: HistoryQuery): HistoryPage {
  const { before, after, count } = query
  const versions = [...histories(view, query)]
    .flatMap((history) => history.filter((version, index) => isAsked(version, history[index + 1], query)))
    .filter((version) => matchesAll(query.access ?? [], version, view))
    .sort((a, b) => (a.seq < b.seq ? 1 : -1))
  const older = before === undefined ? versions : versions.filter(({ seq }) => seq < before)
  const page =
    after === undefined
      ? older.slice(0, count)
      : lastOf(
          older.filter(({ seq }) => seq > after),
          count,
        )
  const end = page.at(-1)?.seq ?? after
  return {
    entries: page.map(toEntry),
    more:
      end === undefined
        ? older.length > 0
        : versions.some(({ seq }) => seq < end || (page.length === 0 && seq === end)),
    total: versions.length,
  }
}

function histories(view: View, { type, id }: HistoryQuery): Iterable<readonly MemoryVersion[]> {
  if (type === undefined) return [...view.types()].flatMap((each) => [...view.histories(each)])
  return id === undefined ? view.histories(type) : [view.versions(type, id)]
}

function isAsked(
  version: MemoryVersion,
  next: MemoryVersion | undefined,
  { since, at }: HistoryQuery,
): boolean {
  const start = instantOf(version)
  if (since !== undefined && start < since) return false
  if (at === undefined) return true
  const end = next === undefined ? Number.POSITIVE_INFINITY : instantOf(next)
  return start < at.high && end > at.low
}

function instantOf({ seq }: MemoryVersion): number {
  return Number(seq >> 20n)
}

function lastOf<T>(items: readonly T[], count: number): T[] {
  return items.slice(Math.max(0, items.length - count))
}

function toEntry(version: MemoryVersion): HistoryEntry {
  return { ...toStored(version), method: version.method }
}
