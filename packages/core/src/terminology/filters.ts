import { Recent } from '../definitions/recent.js'
import { FhirError } from '../errors/fhir-error.js'
import { type Filter, listIn } from './content.js'
import { matchWhole } from './patterns.js'
import { type CodeProvider, remembered, type Test } from './provider.js'

/** The codes that a filter keeps: a set where the system is held in memory, else what tells it of one code. */
export type Kept = ReadonlySet<string> | Test

/** Texts whose match with a regular expression is remembered, where they are met one by one. */
const keptMatches = 10_000

/**
 * The codes of a system that a filter keeps (https://hl7.org/fhir/R4/valueset-filter-operator.html).
 *
 * @throws FhirError `business-rule` for a filter without meaning.
 */
export function filterCodes(system: CodeProvider, { property, op, value }: Filter): Kept {
  if (typeof property !== 'string' || typeof op !== 'string' || typeof value !== 'string') {
    throw new FhirError('business-rule', `a filter on ${system.system} lacks its property, op or value`)
  }
  const own = system.filter?.(property, op, value)
  if (own) return own
  switch (op) {
    case 'is-a':
      return below(system, known(system, value))
    case 'descendent-of': {
      const root = known(system, value)
      return both(below(system, root), (code) => code !== root)
    }
    case 'is-not-a': {
      const inside = below(system, known(system, value))
      return all(system, (code) => !keeps(inside, code))
    }
    case 'generalizes': {
      const leaf = known(system, value)
      return system.above ? system.above(leaf) : (code) => system.subsumes(code, leaf)
    }
    case '=':
      return all(system, (code) => system.property(code, property).includes(value))
    case 'in':
    case 'not-in': {
      const listed = new Set(value.split(',').map((each) => each.trim()))
      return all(
        system,
        (code) => system.property(code, property).some((each) => listed.has(each)) === (op === 'in'),
      )
    }
    case 'exists':
      return all(system, (code) => system.property(code, property).length > 0 === (value === 'true'))
    case 'regex':
      return matching(system, property, value)
  }
  throw new FhirError('business-rule', `the filter operator ${op} on ${system.system} is not known`)
}

/** Whether a code is kept. */
export function keeps(kept: Kept, code: string): boolean {
  return typeof kept === 'function' ? kept(code) : kept.has(code)
}

/** What all of the filters of one include keep; undefined where there is none. */
export function filterAll(system: CodeProvider, filters: readonly Filter[] | undefined): Kept | undefined {
  let kept: Kept | undefined
  for (const filter of listIn(filters)) {
    const further = filterCodes(system, filter)
    if (kept === undefined) kept = further
    else if (typeof kept === 'function' && typeof further !== 'function') kept = both(further, kept)
    else kept = both(kept, (code) => keeps(further, code))
  }
  return kept
}

function known(system: CodeProvider, code: string): string {
  const spelled = system.spelled(code)
  if (spelled !== undefined) return spelled
  throw new FhirError(
    'business-rule',
    `a filter on ${system.system} names the code ${code}, which is not in it`,
  )
}

function below(system: CodeProvider, root: string): Kept {
  if (system.below) return system.below(root)
  return Object.assign(
    remembered((code) => system.subsumes(root, code)),
    { candidates: () => descend(system, root), exact: true },
  )
}

function* descend(system: CodeProvider, root: string): Iterable<string> {
  const found = new Set([root])
  for (const code of found) {
    yield code
    for (const child of system.children(code)) found.add(child)
  }
}

function both(kept: Kept, test: (code: string) => boolean): Kept {
  if (typeof kept === 'function') {
    const { candidates } = kept
    return Object.assign((code: string) => kept(code) && test(code), candidates ? { candidates } : {})
  }
  return new Set([...kept].filter(test))
}

/** Systems in memory are gone through once. */
function all(system: CodeProvider, test: (code: string) => boolean): Kept {
  return system.below ? new Set([...system.codes()].filter(test)) : test
}

/** A pattern is run apart from the server's own code, at a price: over all texts at once where they are in memory. */
function matching(system: CodeProvider, property: string, pattern: string): Kept {
  if (!system.below) {
    const matches = new Recent<boolean>(keptMatches)
    return (code) =>
      system
        .property(code, property)
        .some((text) => matches.get(text, 1, () => matchWhole(pattern, [text])[0] === true))
  }
  const texts = [...system.codes()].flatMap((code) =>
    system.property(code, property).map((text) => ({ code, text })),
  )
  const found = matchWhole(
    pattern,
    texts.map(({ text }) => text),
  )
  return new Set(texts.filter((_, index) => found[index]).map(({ code }) => code))
}
