import type { Item } from './items.js'
import { type ProfileRun, report, tooFew, tooMany } from './profile-run.js'
import type { Shape } from './shape.js'
import type { Spot } from './spot.js'

/** How items are judged. */
export interface SliceCheck {
  /** Whether an item of the element belongs to a slice of it; undefined where this cannot be told. */
  matches(slice: Shape, owner: Shape, item: Item, run: ProfileRun): boolean | undefined
  checkSlice(slice: Shape, item: Item, run: ProfileRun): void
}

/**
 * Sorts the items of an element into its slices (https://hl7.org/fhir/R4/profiling.html#slicing) and checks each against
 * its own; then their numbers, their order, and what belongs to none. Where it cannot be told of an item whether it
 * belongs to a slice, nothing is said of what it would decide.
 */
export function checkSlices(
  shape: Shape,
  items: readonly Item[],
  parent: Spot,
  run: ProfileRun,
  check: SliceCheck,
): void {
  const { slices } = shape
  const { rules = 'open', ordered = false } = shape.slicing ?? {}
  const sorted = new Map<Shape, Item[]>(slices.map((slice) => [slice, []]))
  const uncertain = new Set<Shape>()
  let latest = 0
  let other: Item | undefined
  for (const item of items) {
    const { slice, unsure } = sliceOf(item)
    if (!slice) {
      for (const each of unsure) uncertain.add(each)
      if (unsure.length > 0) continue
      other ??= item
      if (rules === 'closed')
        report(run, 'structure', item.spot, `expected one of ${names(slices)}, found another`)
      continue
    }
    sorted.get(slice)?.push(item)
    check.checkSlice(slice, item, run)
    const place = slices.indexOf(slice)
    if (ordered && place < latest) {
      report(
        run,
        'structure',
        item.spot,
        `expected ${names(slices)} in this order, found ${name(slice)} late`,
      )
    }
    if (rules === 'openAtEnd' && other) {
      report(
        run,
        'structure',
        other.spot,
        `expected after all of ${names(slices)}, found before ${name(slice)}`,
      )
      other = undefined
    }
    latest = Math.max(latest, place)
  }
  for (const [slice, own] of sorted) {
    if (own.length < slice.min && !uncertain.has(slice)) tooFew(slice, own.length, parent, run)
    if (own.length > slice.max) tooMany(slice, own.length, parent, run)
    if (slice.slices.length > 0) checkSlices(slice, own, parent, run, check)
  }

  function sliceOf(item: Item): { slice?: Shape; unsure: Shape[] } {
    const unsure: Shape[] = []
    for (const slice of slices) {
      const answer = check.matches(slice, shape, item, run)
      if (answer) return { slice, unsure }
      if (answer === undefined) unsure.push(slice)
    }
    return { unsure }
  }
}

function name({ node }: Shape): string {
  return node.element.sliceName ?? ''
}

function names(slices: readonly Shape[]): string {
  return slices.map(name).join(', ')
}
