// Random damage to one element of a valid resource is found, and found where it is. ANAMNESIS_SHOW_SCORES=1 prints how
// much of each kind.
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../src/fhir/types.js'
import { brokenInvariant } from './damage/broken-invariants.js'
import {
  badCharacter,
  badCode,
  badFormat,
  type Damage,
  type Damager,
  type PossibleDamage,
  removeRequired,
  wrongTarget,
  wrongType,
} from './damage/damages.js'
import soundResources from './damage/sound-resources.json' with { type: 'json' }
import { spotsOf } from './damage/spots.js'
import { dataFolder, jsonFiles } from './data.js'
import { errorPlaces, openWholeValidation } from './whole.js'

const { issuesOf, local } = await openWholeValidation()

const kinds: Readonly<Record<string, Damager>> = {
  'remove required': removeRequired,
  'wrong type': wrongType,
  'wrong target': wrongTarget(local.definitions),
  'bad code': badCode(local.definitions),
  'bad format': badFormat,
  'bad character': badCharacter(local.definitions),
  'broken invariant': brokenInvariant,
}

const perKind = 700
const leastFound = 0.99
/** Larger ones have nothing that smaller ones lack. */
const longest = 40_000

const invariantSystem = 'https://anamnesis.dev/fhir/CodeSystem/invariant'

/** Whether an error says so in the right place; for a broken invariant also its own issue, a warning at times. */
function isFound({ places, key }: Damage, issues: ReturnType<typeof issuesOf>): boolean {
  return issues.some(({ severity, expression, details }) => {
    if (!places.includes(expression?.[0] ?? '')) return false
    const broken = details?.coding?.find(({ system }) => system === invariantSystem)?.code
    if (key !== undefined && broken === key) return true
    return severity === 'error' && (key === undefined || broken === undefined)
  })
}

/** All damages of a kind that the resources allow, by group. */
function possibleDamages(resources: readonly AnyResource[], damager: Damager): readonly PossibleDamage[][] {
  const groups = new Map<string, PossibleDamage[]>()
  for (const resource of resources) {
    for (const possible of spotsOf(resource).flatMap((spot) => damager(resource, spot))) {
      const group = groups.get(possible.group)
      if (group) group.push(possible)
      else groups.set(possible.group, [possible])
    }
  }
  return [...groups.values()]
}

interface Score {
  readonly tried: number
  readonly groups: number
  readonly missed: readonly string[]
}

/** Tries random damages of one kind: a random one of a random group, so that rare elements are damaged as well. */
function score(groups: readonly PossibleDamage[][], seed: number): Score {
  const missed: string[] = []
  let tried = 0
  const choices = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { numRuns: perKind, seed })
  for (const [one, other, chance] of choices) {
    const group = groups[one % groups.length] ?? []
    const damage = group[other % group.length]?.apply(chance)
    // What was said of the sound resource is a warning about an invariant that it does not satisfy anyway.
    if (!damage || isFound(damage, soundIssues(damage.original))) continue
    tried++
    const issues = issuesOf(damage.resource)
    if (isFound(damage, issues)) continue
    const told = issues.filter(({ severity }) => severity !== 'information')
    const texts = told
      .slice(0, 3)
      .map(({ severity, diagnostics }) => `${severity} ${diagnostics?.slice(0, 150)}`)
    missed.push(`${damage.original.id} ${damage.what} -> ${texts.join(' | ') || 'nothing'}`)
  }
  return { tried, groups: groups.length, missed }
}

const known = new WeakMap<AnyResource, ReturnType<typeof issuesOf>>()

function soundIssues(resource: AnyResource): ReturnType<typeof issuesOf> {
  const found = known.get(resource) ?? issuesOf(resource)
  known.set(resource, found)
  return found
}

function assertFound(resources: readonly AnyResource[], seed: number): void {
  const scores = Object.entries(kinds).map(([kind, damager]) => ({
    kind,
    ...score(possibleDamages(resources, damager), seed),
  }))
  const report = scores
    .map(({ kind, tried, groups, missed }) => {
      const line = `${kind}: ${tried - missed.length} of ${tried} found (${groups} groups)`
      return [line, ...missed.map((miss) => `    ${miss}`)].join('\n')
    })
    .join('\n')
  if (process.env.ANAMNESIS_SHOW_SCORES) console.log(report)
  const tried = scores.reduce((sum, { tried }) => sum + tried, 0)
  assert.ok(tried >= 3000, `${tried} damages`)
  for (const { kind, tried, missed } of scores) {
    assert.ok(
      missed.length <= tried * (1 - leastFound),
      `seed ${seed}, ${kind} is missed too often.\n${report}`,
    )
  }
}

function testDamages(name: string, resources: readonly AnyResource[]): void {
  const test = suite(`damage to ${name}`)

  test('is none to begin with', () => {
    for (const resource of resources) assert.equal(errorPlaces(issuesOf(resource)), [], `${resource.id}`)
  })

  test('is found in 99 of 100 cases at the right element', () => assertFound(resources, 20260101))

  test('is found as often with another seed each time', () =>
    assertFound(resources, Math.floor(Math.random() * 2 ** 31)))

  test.run()
}

testDamages('resources made for it', soundResources as readonly AnyResource[])

const examples = dataFolder('r4-examples')
if (examples === undefined) {
  const skipped = suite('damage to official examples')
  skipped.skip('is not tried: there is no data (set ANAMNESIS_DATA)', () => undefined)
  skipped.run()
} else {
  const valid = [...jsonFiles(examples)]
    .map(({ content }) => content as AnyResource)
    .filter((resource) => JSON.stringify(resource).length <= longest)
    .filter((resource) => errorPlaces(issuesOf(resource)).length === 0)
  testDamages('official examples', valid)
}
