import fc from 'fast-check'

/** Source texts of JSON numbers of all kinds: zeros behind the point, exponents, long ones, signs. */
export const numberText: fc.Arbitrary<string> = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,24}$/)),
    fraction: fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,24}$/)),
    exponent: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.stringMatching(/^[eE][+-]?\d{1,3}$/)),
  })
  .map(({ sign, whole, fraction, exponent }) => sign + whole + fraction + exponent)

/** Any text but U+0000, which is in no FHIR string and is refused. */
const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))

const name = fc
  .oneof(
    fc.constantFrom('value', 'resourceType', 'a', '', 'constructor', 'toString', '0', '10', 'ñ'),
    anyText,
  )
  .filter((key) => key !== '__proto__')

/** Compact JSON text with arbitrary number texts and without duplicate keys. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      numberText,
      anyText.map((text) => JSON.stringify(text)),
      fc.constantFrom('true', 'false', 'null'),
    ),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    objectText(tie('value')),
  ),
})).value

/** Compact text of an object. */
export function objectText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 5 }).map(
    (members) =>
      `{${inOwnOrder(members)
        .map(([key, text]) => `${JSON.stringify(key)}:${text}`)
        .join(',')}}`,
  )
}

/** JavaScript puts keys that look like array indices first. */
function inOwnOrder<T>(members: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  const byKey = new Map(members)
  return Object.keys(Object.fromEntries(members)).map((key) => [key, byKey.get(key) as T] as const)
}
