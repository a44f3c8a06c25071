import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConformanceSource } from '../../src/definitions/conformance.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { expand } from '../../src/terminology/expansion.js'
import { createMembership } from '../../src/terminology/membership.js'
import { createTerminology } from '../../src/terminology/terminology.js'
import { validateInSet } from '../../src/terminology/validate-code.js'
import { type ArchivedCode, archiveOf } from './archives.js'
import { nothingStored, stored } from './sources.js'

const test = suite('laws of value sets')

const codes = ['a', 'b', 'c', 'd', 'e']
const systems = ['urn:s', 'urn:t']

/** Of each code the parent, earlier in the list, and a colour. */
interface System {
  readonly url: string
  readonly parents: readonly (number | undefined)[]
  readonly colours: readonly string[]
}

const system = (url: string): fc.Arbitrary<System> =>
  fc.record({
    url: fc.constant(url),
    parents: fc.tuple(
      ...codes.map((_, n) => fc.option(fc.nat({ max: Math.max(0, n - 1) }), { nil: undefined })),
    ),
    colours: fc.tuple(...codes.map(() => fc.constantFrom('red', 'blue'))),
  })

const filter = fc.oneof(
  fc.record({
    property: fc.constant('concept'),
    op: fc.constantFrom('is-a', 'descendent-of', 'is-not-a', 'generalizes'),
    value: fc.constantFrom(...codes),
  }),
  fc.record({
    property: fc.constant('colour'),
    op: fc.constantFrom('=', 'in', 'not-in', 'regex'),
    value: fc.constantFrom('red', 'blue'),
  }),
  fc.record({
    property: fc.constant('code'),
    op: fc.constant('regex'),
    value: fc.constantFrom('[abc]', 'e', '.*'),
  }),
)

/** A part, which may refer to the value sets before. */
const part = (before: number) => {
  const own = fc.record({ system: fc.constantFrom(...systems) })
  const sets = before === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat({ max: before - 1 }), { maxLength: 2 })
  const valueSet = sets.map((numbers) =>
    numbers.length > 0 ? { valueSet: numbers.map((n) => `urn:set:${n}`) } : {},
  )
  return fc.oneof(
    own,
    fc.tuple(own, valueSet, fc.subarray(codes)).map(([system, sets, listed]) => ({
      ...system,
      ...sets,
      concept: listed.map((code) => ({ code })),
    })),
    fc
      .tuple(own, valueSet, fc.array(filter, { minLength: 1, maxLength: 2 }))
      .map(([system, sets, filter]) => ({ ...system, ...sets, filter })),
    ...(before === 0 ? [] : [valueSet.filter((sets) => 'valueSet' in sets)]),
  )
}

type Part = {
  system?: string
  concept?: { code: string }[]
  filter?: { property: string; op: string; value: string }[]
  valueSet?: string[]
}
type Compose = { include: Part[]; exclude: Part[] }

const compose = (before: number): fc.Arbitrary<Compose> =>
  fc.record({
    include: fc.array(part(before) as fc.Arbitrary<Part>, { minLength: 1, maxLength: 3 }),
    exclude: fc.array(part(before) as fc.Arbitrary<Part>, { maxLength: 2 }),
  })

const world = fc.record({
  systems: fc.tuple(...systems.map(system)),
  sets: fc.tuple(compose(0), compose(1), compose(2)),
})

function above({ parents }: System, code: string): string[] {
  const found = [code]
  for (let at = parents[codes.indexOf(code)]; at !== undefined && !found.includes(codes[at] as string); ) {
    found.push(codes[at] as string)
    at = parents[at]
  }
  return found
}

/** What the specification says, word by word. */
function isMember(
  world: { systems: readonly System[]; sets: readonly Compose[] },
  n: number,
  url: string,
  code: string,
): boolean {
  const own = world.systems.find((each) => each.url === url) as System
  const colour = own.colours[codes.indexOf(code)] as string
  const kept = ({ property, op, value }: { property: string; op: string; value: string }): boolean => {
    if (op === 'is-a') return above(own, code).includes(value)
    if (op === 'descendent-of') return code !== value && above(own, code).includes(value)
    if (op === 'is-not-a') return !above(own, code).includes(value)
    if (op === 'generalizes') return above(own, value).includes(code)
    if (op === 'not-in') return colour !== value
    if (op === 'regex') return new RegExp(`^(${value})$`).test(property === 'code' ? code : colour)
    return colour === value
  }
  const within = (part: Part): boolean =>
    (part.system === undefined || part.system === url) &&
    (part.concept === undefined || part.concept.some((each) => each.code === code)) &&
    (part.filter ?? []).every(kept) &&
    (part.valueSet ?? []).every((set) => isMember(world, Number(set.slice(8)), url, code))
  const { include, exclude } = world.sets[n] as Compose
  return include.some(within) && !exclude.some(within)
}

function codeSystem({ url, parents, colours }: System): AnyResource {
  return {
    resourceType: 'CodeSystem',
    url,
    content: 'complete',
    concept: codes.map((code, n) => ({
      code,
      display: `Code ${code}`,
      property: [
        { code: 'colour', valueString: colours[n] },
        ...(parents[n] === undefined || parents[n] === n
          ? []
          : [{ code: 'parent', valueCode: codes[parents[n] as number] }]),
      ],
    })),
  }
}

function archive({ url, parents, colours }: System) {
  const entries = codes.map((code, n): [string, ArchivedCode] => [
    code,
    {
      display: `Code ${code}`,
      properties: { colour: [colours[n] as string] },
      children: codes.filter((_, m) => parents[m] === n && m !== n),
    },
  ])
  return archiveOf(url, Object.fromEntries(entries))
}

const valueSet = (compose: Compose, n: number): AnyResource => ({
  resourceType: 'ValueSet',
  url: `urn:set:${n}`,
  status: 'active',
  compose,
})

const none = { find: () => undefined, urls: () => [] }

function defined(resources: readonly AnyResource[]): ConformanceSource {
  return { find: (type, url) => resources.find((each) => each.resourceType === type && each.url === url) }
}

test('a code is a member where the definition says so, in systems at hand, in archives and in storage alike', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (world) => {
      const sets = world.sets.map(valueSet)
      const resources = [...sets, ...world.systems.map(codeSystem)]
      const local = createMembership({
        definitions: defined(resources),
        bundled: none,
        archives: [],
        grammars: [],
      })
      const archived = createMembership({
        definitions: defined(sets),
        bundled: none,
        archives: world.systems.map(archive),
        grammars: [],
      })
      const terminology = createTerminology({
        definitions: defined([]),
        bundled: none,
        archives: [],
        grammars: [],
      })
      const questions = sets.flatMap((_, n) =>
        systems.flatMap((system) => codes.map((code) => ({ n, system, code }))),
      )
      const asked = await terminology.askBindings(
        questions.map(({ n, system, code }) => ({ valueSet: `urn:set:${n}`, codes: [{ system, code }] })),
        stored(...resources),
      )
      for (const [index, { n, system, code }] of questions.entries()) {
        const expected = isMember(world, n, system, code)
        assert.is(local.contains(`urn:set:${n}`, { system, code }), expected)
        assert.is(archived.contains(`urn:set:${n}`, { system, code }), expected)
        assert.is(asked[index], expected)
      }
    }),
    { numRuns: 100 },
  )
})

test('an expansion has each member once, whole and in pages of any size, and $validate-code agrees', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.integer({ min: 1, max: 4 }), fc.boolean(), async (world, count, archived) => {
      const sets = world.sets.map(valueSet)
      const terminology = createTerminology({
        definitions: defined(archived ? sets : [...sets, ...world.systems.map(codeSystem)]),
        bundled: none,
        archives: archived ? world.systems.map(archive) : [],
        grammars: [],
      })
      await terminology.ask(nothingStored, (view) => {
        for (const n of sets.keys()) {
          const set = view.compiled(`urn:set:${n}`)
          const members = systems.flatMap((system) =>
            codes.filter((code) => isMember(world, n, system, code)).map((code) => `${system}|${code}`),
          )
          const whole = expand(set, view, {})
          const listed = whole.codes.map(({ system, code }) => `${system}|${code}`)
          assert.equal([...listed].sort(), members.sort())
          assert.is(whole.total, members.length)
          const paged: string[] = []
          for (let offset = 0; offset <= members.length; offset += count) {
            const page = expand(set, view, { offset, count })
            assert.is(page.total, members.length)
            assert.ok(page.codes.length <= count)
            paged.push(...page.codes.map(({ system, code }) => `${system}|${code}`))
          }
          assert.equal(paged, listed)
          for (const system of systems) {
            for (const code of codes) {
              const { result } = validateInSet(view, set, [{ system, code }], {})
              assert.is(result, members.includes(`${system}|${code}`))
            }
          }
        }
      })
    }),
    { numRuns: 100 },
  )
})

test.run()
