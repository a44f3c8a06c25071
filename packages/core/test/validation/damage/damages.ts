// Damages to one element of a valid resource, chosen from the definitions: each makes it invalid.
import type { ConformanceSource } from '../../../src/definitions/conformance.js'
import type { AnyResource } from '../../../src/fhir/types.js'
import { publishedElements } from './published-elements.js'
import { capitalized, type Json, type Spot, valueAt, withValue } from './spots.js'

/** A resource after damage, and where an issue about it may be. */
export interface Damage {
  readonly what: string
  readonly original: AnyResource
  readonly resource: AnyResource
  readonly places: readonly string[]
  /** Of the invariant that is broken. */
  readonly key?: string
}

/** A damage that a spot allows, or several: one by chance, made when it is asked for. */
export interface PossibleDamage {
  /** What damages are spread over, so that rare ones are tried as often as common ones. */
  readonly group: string
  /** Undefined where chance makes nothing that is wrong. */
  readonly apply: (chance: number) => Damage | undefined
}

export type Damager = (resource: AnyResource, spot: Spot) => readonly PossibleDamage[]

function damage(group: string, resource: AnyResource, path: Spot['path'], value: unknown, places: string[]) {
  return {
    group,
    apply: () => ({
      what: `${group}: ${places[0]} is ${JSON.stringify(value)?.slice(0, 80)}`,
      original: resource,
      resource: withValue(resource, path, value),
      places,
    }),
  }
}

/** Takes a required element away, all of it. */
export const removeRequired: Damager = (resource, spot) => {
  const { definition, path, parent, name } = spot
  if (definition.min < 1 || typeof path.at(-1) === 'number') return []
  // Its id and extensions would stand for it.
  if (valueAt(resource, [...path.slice(0, -1), `_${path.at(-1)}`]) !== undefined) return []
  return [damage(`${spot.owner}.${name}`, resource, path, undefined, [`${parent}.${name}`, parent])]
}

const numeric = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt'])
const isPrimitive = (type: string) => /^[a-z]/.test(type)

function wrongValues({ type, list, value }: Spot): readonly unknown[] {
  const sound = Array.isArray(value) ? value[0] : value
  if (list) return [sound, 'text', 7, {}, []]
  const others = [null, [sound], true, 'text', 7, { text: 'text' }]
  if (!isPrimitive(type)) return others.slice(0, 5)
  if (type === 'boolean') return [...others.slice(0, 2), ...others.slice(3), 'true']
  if (numeric.has(type)) return [...others.slice(0, 4), { value: 1 }, String(value)]
  return others.filter((other) => typeof other !== 'string')
}

/** Gives a value of another JSON type, or names another type than a choice allows. */
export const wrongType: Damager = (resource, spot) => {
  const { path, expression, parent, name, definition, value, type } = spot
  if (path.length === 0) return []
  const possible = wrongValues(spot).flatMap((wrong) => {
    // Null in a list of primitives stands for one that has only extensions.
    if (wrong === null && typeof path.at(-1) === 'number' && isPrimitive(type)) return []
    const group = `a ${typeof wrong} as ${spot.owner}.${name}${spot.list ? ' list' : ''}`
    return damage(group, resource, path, wrong, [expression])
  })
  if (!spot.choice) return possible
  const other = ['Address', 'HumanName', 'Signature', 'Meta', 'boolean', 'Period', 'Quantity'].find(
    (candidate) => !definition.types.includes(candidate),
  )
  if (other === undefined) return possible
  const property = `${name}${capitalized(other)}`
  return [
    ...possible,
    {
      group: `another type as ${spot.owner}.${name}`,
      apply: () => ({
        what: `${expression} as ${property}`,
        original: resource,
        resource: withValue(withValue(resource, path, undefined), [...path.slice(0, -1), property], value),
        places: [`${parent}.${property}`, `${parent}.${name}`],
      }),
    },
  ]
}

const badFormats: Readonly<Record<string, readonly unknown[]>> = {
  base64Binary: ['a', '====', 'YW55*w=='],
  canonical: ['http://example.org/a b', ' '],
  code: [' final', 'a  b', 'final '],
  date: ['2020-13-01', '2021-02-29', '01/02/2020', '2020-1-1', '20200101', '2020-01-01T00:00:00Z'],
  dateTime: ['2020-01-01T10:00', '2020-01-01T10:00:00', '2020-04-31', '2020-01-01 10:00:00Z', 'yesterday'],
  id: ['a_b', 'a b', 'a'.repeat(65)],
  instant: ['2020-01-01', '2020-01-01T10:00:00', '2020-01-01T24:00:00Z'],
  integer: [1.5, 2147483648],
  markdown: [''],
  oid: ['1.2.3', 'urn:oid:3.1', 'urn:oid:1..2'],
  positiveInt: [0, -1, 1.5],
  string: ['', 'a\u0000b'],
  time: ['10:00', '25:00:00', '10:00:00Z'],
  unsignedInt: [-1, 0.5],
  uri: ['http://example.org/a b', ''],
  url: ['http://example.org/a b', ''],
  uuid: ['urn:uuid:1', 'c757873d-ec9a-4326-a141-556f43239520'],
  xhtml: ['', '<div xmlns="http://www.w3.org/1999/xhtml"><p>open</div>', '<div>no namespace</div>', 'text'],
}

/** Writes a primitive in a form that its type does not have. */
export const badFormat: Damager = (resource, { path, expression, type, list, owner, name }) => {
  if (list) return []
  const group = `${type} ${owner}.${name}`
  return (badFormats[type] ?? []).map((wrong) => damage(group, resource, path, wrong, [expression]))
}

/** Adds, takes away or replaces one character of a primitive, where the published pattern then says that it is none. */
export function badCharacter(source: ConformanceSource): Damager {
  const patterns = new Map([...patterned].map((type) => [type, publishedPattern(source, type)]))
  return (resource, { path, expression, type, list, value, owner, name }) => {
    const pattern = patterns.get(type)
    if (list || pattern === undefined || typeof value !== 'string' || value.length > 200) return []
    const group = `${type} ${owner}.${name}`
    return [
      {
        group,
        apply(chance) {
          const wrong = withOneEdit(value, chance)
          return pattern.test(wrong) ? undefined : damage(group, resource, path, wrong, [expression]).apply()
        },
      },
    ]
  }
}

/** Texts of these types follow a pattern of the specification to the letter. */
const patterned = new Set(['code', 'date', 'dateTime', 'id', 'instant', 'oid', 'time', 'uri', 'url', 'uuid'])

function publishedPattern(source: ConformanceSource, type: string): RegExp {
  const value = publishedElements(source)({ owner: type, name: 'value' })
  const regex = value?.type?.[0]?.extension?.find(({ url }) => url.endsWith('/regex'))?.valueString
  if (typeof regex !== 'string') throw new Error(`Expected a pattern of ${type}, found none.`)
  return new RegExp(`^(?:${regex})$`)
}

const characters = [...' 0123456789:-.+TZaz/_\t\n']

/** A text with one character added, removed or replaced. */
function withOneEdit(text: string, chance: number): string {
  const at = Math.floor(chance / 3) % (text.length + 1)
  const character = characters[Math.floor(chance / 1000) % characters.length]
  const rest = text.slice(chance % 3 === 0 ? at : at + 1)
  return `${text.slice(0, at)}${chance % 3 === 1 ? '' : character}${rest}`
}

const unknownCode = 'no such code'
/** Value sets of grammars: what is near to one of their codes may be one too. */
const grammarSets = /\/(mimetypes|languages|all-languages|ucum-units)\b/
const otherSystem = 'http://example.org/CodeSystem/other'

/**
 * Puts a code where a required binding does not have it, or into a Coding whose code system is complete and at hand.
 */
export function badCode(source: ConformanceSource): Damager {
  const publishedOf = publishedElements(source)
  return (resource, spot) => {
    const { path, expression, type, list, value } = spot
    if (list) return []
    const binding = publishedOf(spot)?.binding
    const required = binding?.strength === 'required' && binding.valueSet !== undefined
    const put = (wrong: unknown) => [
      damage(`${spot.owner}.${spot.name}`, resource, path, wrong, [expression]),
    ]
    if (type === 'code') {
      if (!required) return []
      const near = grammarSets.test(String(binding.valueSet))
        ? []
        : [...put(`${value}x`), ...put(`${value}-`)]
      return [...put(unknownCode), ...near]
    }
    if (required && type === 'CodeableConcept') {
      return [...put({ coding: [{ system: otherSystem, code: 'x' }] }), ...put({ text: 'only text' })]
    }
    if (type !== 'Coding') return []
    if (required) return put({ system: otherSystem, code: 'x' })
    const { system, code, version } = value as Json
    if (typeof system !== 'string' || code === undefined || version !== undefined) return []
    const codes = source.find('CodeSystem', system)
    return codes?.content === 'complete' && codes.concept !== undefined
      ? put({ ...(value as Json), code: unknownCode })
      : []
  }
}

/** Leads a reference to a resource of a type that the element does not allow. */
export function wrongTarget(source: ConformanceSource): Damager {
  const publishedOf = publishedElements(source)
  return (resource, spot) => {
    if (spot.type !== 'Reference' || spot.list) return []
    const types = publishedOf(spot)?.type?.filter(({ code }) => code === 'Reference') ?? []
    const targets = types.flatMap(({ targetProfile }) => targetProfile ?? ['Resource'])
    const allowed = targets.map((target) => target.slice(target.lastIndexOf('/') + 1))
    if (allowed.length === 0 || allowed.includes('Resource')) return []
    const other = ['Linkage', 'SearchParameter', 'Flag'].find((type) => !allowed.includes(type))
    const wrong = { reference: `${other}/1` }
    return [damage(`${spot.owner}.${spot.name}`, resource, spot.path, wrong, [spot.expression])]
  }
}
