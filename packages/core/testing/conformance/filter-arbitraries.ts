import fc from 'fast-check'
import { codes, dates, decimals, ids, names, systems, times } from './resource-arbitraries.js'
import type { Condition, Held, World } from './world/world.js'

/** A filter as written, and what it means. */
interface Meant {
  readonly text: string
  holds(world: World, held: Held): boolean
}

const choose = <T>(...items: readonly T[]) => fc.constantFrom(...items)
const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
const escaped = (value: string) => value.replace(/[\\,|$]/g, '\\$&')

/** `path operator value` that means the search `name=asked`. */
const test = (text: string, name: string, asked: string): Meant => ({
  text,
  holds: (world, held) => world.holds(held, name, asked),
})

const texts = (path: string) =>
  fc
    .tuple(
      choose(['eq', 'equals'], ['co', 'contains'], ['sw', 'starts'], ['ew', 'ends']),
      choose(...names),
      fc.nat(2),
    )
    .map(([[operator = '', modifier = ''], name, length]) => {
      const value = operator === 'eq' ? name : [...name].slice(0, length + 1).join('')
      return test(`${path} ${operator} ${JSON.stringify(value)}`, `${path}:${modifier}`, escaped(value))
    })

const ordered = (path: string, values: readonly string[], more: readonly string[] = []) =>
  fc
    .tuple(choose<string>(...prefixes, ...more), choose(...values))
    .map(([operator, value]) => test(`${path} ${operator} ${value}`, path, operator + value))

const tokens = (path: string, ...values: readonly string[]) =>
  fc.tuple(choose('eq', 'ne'), choose(...values)).map(([operator, value]): Meant => {
    const equal = test(`${path} ${operator} ${value}`, path, value)
    if (operator === 'eq') return equal
    return {
      ...equal,
      holds: (world, held) => world.holds(held, `${path}:missing`, 'false') && !equal.holds(world, held),
    }
  })

const present = (path: string) =>
  choose('true', 'false').map((value) =>
    test(`${path} pr ${value}`, `${path}:missing`, value === 'true' ? 'false' : 'true'),
  )

const references = (path: string, type: keyof typeof ids) =>
  choose(...ids[type]).map((id) => test(`${path} re ${type}/${id}`, path, `${type}/${id}`))

const bracketed = fc.tuple(choose('male', 'female'), texts('family')).map(
  ([gender, rest]): Meant => ({
    text: `patient[gender eq ${gender}].${rest.text}`,
    holds: (world, held) =>
      world
        .targets(held, 'patient')
        .some((target) => world.holds(target, 'gender', gender) && rest.holds(world, target)),
  }),
)

const plainCodes = codes.filter((code) => !/[| ]/.test(code))

const leaves: Readonly<Record<string, fc.Arbitrary<Meant>>> = {
  Patient: fc.oneof(
    texts('family'),
    texts('name'),
    texts('organization.name'),
    ordered('birthdate', dates, ['po']),
    tokens('gender', 'male', 'female'),
    tokens('identifier', ...plainCodes, ...plainCodes.map((code) => `${systems[0]}|${code}`)),
    present('birthdate'),
    references('organization', 'Organization'),
  ),
  Observation: fc.oneof(
    tokens('code', ...plainCodes, `${systems[0]}|`),
    ordered('date', times, ['po']),
    ordered('value-quantity', [...decimals.map(String), '5.4||mg']),
    references('subject', 'Patient'),
    present('encounter'),
    texts('subject:Patient.name'),
    bracketed,
  ),
}

function tree(leaf: fc.Arbitrary<Meant>): fc.Arbitrary<Meant> {
  return fc.letrec<{ filter: Meant; term: Meant }>((tie) => ({
    // Read from left to right.
    filter: fc
      .tuple(tie('term'), fc.array(fc.tuple(choose('and', 'or'), tie('term')), { maxLength: 2 }))
      .map(([first, rest]) =>
        rest.reduce<Meant>(
          (left, [join, right]) => ({
            text: `${left.text} ${join} ${right.text}`,
            holds: (world, held) =>
              join === 'and'
                ? left.holds(world, held) && right.holds(world, held)
                : left.holds(world, held) || right.holds(world, held),
          }),
          first,
        ),
      ),
    term: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('filter').map(({ text, holds }) => ({ text: `(${text})`, holds })),
      tie('filter').map(
        ({ text, holds }): Meant => ({
          text: `not(${text})`,
          holds: (world, held) => !holds(world, held),
        }),
      ),
    ),
  })).filter
}

/** Conditions `_filter=...` on resources of a type. */
export function filterConditions(type: 'Patient' | 'Observation'): fc.Arbitrary<Condition> {
  return tree(leaves[type] as fc.Arbitrary<Meant>).map(({ text, holds }) => ({
    name: '_filter',
    value: text,
    decides: holds,
  }))
}
