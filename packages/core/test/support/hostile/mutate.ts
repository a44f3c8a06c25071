import fc from 'fast-check'
import { junk } from './pools.js'

type Container = Record<string, unknown>

interface Step {
  readonly at: number
  readonly how: 'replace' | 'delete' | 'wrap' | 'unwrap' | 'rename' | 'repeat' | 'swap'
  readonly value: unknown
  readonly name: string
}

const step: fc.Arbitrary<Step> = fc.record({
  at: fc.nat({ max: 100_000 }),
  how: fc.constantFrom(
    'replace',
    'replace',
    'replace',
    'delete',
    'wrap',
    'unwrap',
    'rename',
    'repeat',
    'swap',
  ),
  value: junk,
  name: fc.constantFrom(
    'constructor',
    'toString',
    'resourceType',
    'id',
    'extension',
    '_id',
    '',
    'valueX',
    'contained',
    'a\0b',
    'reference',
    'entry',
    'hasOwnProperty',
  ),
})

/** One of the values with one to four of its parts made wrong. */
export function mutated(values: readonly object[] | fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      Array.isArray(values) ? fc.constantFrom(...values) : (values as fc.Arbitrary<object>),
      fc.array(step, { maxLength: 3 }),
    )
    .map(([value, steps]) => steps.reduce(apply, structuredClone(value) as unknown))
}

function apply(root: unknown, { at, how, value, name }: Step): unknown {
  const places = placesIn(root, [])
  const place = places[at % Math.max(1, places.length)]
  if (!place) return value
  const { container, key } = place
  const old = container[key]
  if (how === 'replace') container[key] = value
  else if (how === 'delete') remove(container, key)
  else if (how === 'wrap') container[key] = [old]
  else if (how === 'unwrap') container[key] = Array.isArray(old) ? old[0] : { ...Object(old) }
  else if (how === 'repeat') container[key] = Array.from({ length: 20 }, () => structuredClone(old))
  else if (how === 'rename' && !Array.isArray(container)) {
    remove(container, key)
    container[name] = old
  } else container[key] = structuredClone(places[(at * 7 + 3) % places.length]?.container)
  return root
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(Number(key), 1)
  else delete container[key]
}

function placesIn(value: unknown, places: { container: Container; key: string }[]) {
  if (typeof value !== 'object' || value === null) return places
  for (const key of Object.keys(value)) {
    places.push({ container: value as Container, key })
    placesIn((value as Container)[key], places)
  }
  return places
}

/** JSON text of the values, most of it damaged as text too. */
export function damagedJson(values: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      values,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant('none') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'cut',
            'byte',
            'insert',
            'bom',
            'numbers',
            'duplicate',
            'proto',
            'nul',
            'surrogate',
            'deep',
            'tail',
            'utf16',
          ),
        },
      ),
      fc.nat(),
    )
    .map(([value, how, at]) => damage(JSON.stringify(value) ?? 'undefined', how, at))
}

function damage(text: string, how: string, at: number): Buffer {
  const middle = at % Math.max(1, text.length)
  const inObject = (member: string) => text.replace('{', `{${member},`)
  switch (how) {
    case 'cut':
      return Buffer.from(text.slice(0, middle))
    case 'byte': {
      const bytes = Buffer.from(text)
      bytes[middle % Math.max(1, bytes.length)] = at % 256
      return bytes
    }
    case 'insert':
      return Buffer.from(text.slice(0, middle) + '{}[]",:\\\0\u2028é'[at % 12] + text.slice(middle))
    case 'bom':
      return Buffer.from(`\ufeff${text}`)
    case 'numbers':
      return Buffer.from(
        text.replace(
          /:\d[\d.]*/g,
          [':1e999', ':-0', ':1E400', `:${'9'.repeat(500)}`, ':0.1e-999', ':01'][at % 6] as string,
        ),
      )
    case 'duplicate':
      return Buffer.from(inObject('"resourceType":"Patient"'))
    case 'proto':
      return Buffer.from(
        inObject('"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'),
      )
    case 'nul':
      return Buffer.from(text.replace(/"([a-z])/i, '"\\u0000$1').replace(/:"/, ':"\\u0000'))
    case 'surrogate':
      return Buffer.from(text.replace(/:"/g, ':"\\ud800'))
    case 'deep': {
      const depth = [50, 99, 101, 5000][at % 4] as number
      return Buffer.from(
        inObject(`"extension":${'[{"extension":'.repeat(depth / 2)}[]${'}]'.repeat(depth / 2)}`),
      )
    }
    case 'tail':
      return Buffer.from(`${text}${text}`)
    case 'utf16':
      return Buffer.from(text, 'utf16le')
    default:
      return Buffer.from(text)
  }
}
