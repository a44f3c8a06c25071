import { createRequire } from 'node:module'

/** The URI of UCUM as a code system. */
export const ucumSystem = 'http://unitsofmeasure.org'

/** A unit, and the way from amounts in some unit to amounts in it. */
export interface CanonicalUnit {
  /**
   * Base units with their exponents in a fixed order, `g.m-3`; `1` for none. An arbitrary unit counts as a base unit,
   * `[iU].m-3`. A unit that cannot be compared with others is its own code.
   */
  readonly unit: string
  /**
   * The amount in `unit`, rounded to 12 significant digits, so that equal amounts written in different units are equal.
   * Never lowers the greater of two amounts below the other; infinity stays.
   */
  toBase(value: number): number
}

/** The part of @lhncbc/ucum-lhc that is used here. */
interface Ucum {
  convertToBaseUnits(code: string, value: number): Conversion
  validateUnitString(code: string): { readonly status: string; readonly unit?: { readonly name?: string } }
}

interface Conversion {
  /** `succeeded`, `invalid`, `error`, and `failed` for what has no base units. */
  readonly status: string
  readonly magnitude?: number
  readonly unitToExp?: Readonly<Record<string, number>>
  readonly fromUnitIsSpecial?: boolean
}

/** Far beyond the longest code in use; keeps hostile ones from costing time. */
const longestCode = 100
const cacheSize = 1000

const require = createRequire(import.meta.url)
const cache = new Map<string, CanonicalUnit | undefined>()
let ucum: Ucum | undefined

/**
 * A UCUM code in base units (https://ucum.org/ucum): `mg/dL` and `kg/m3` both have the unit `g.m-3`. Annotations mean
 * nothing, so `{score}` is `1`. Temperatures are in kelvin, with their offsets. Arbitrary units such as `[iU]` compare
 * with nothing but themselves, prefixes and other units beside them converted; logarithmic units such as `[pH]` only
 * with the same code.
 *
 * The library is loaded at the first call.
 *
 * @returns undefined for what is no valid UCUM code.
 */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  const known = cache.get(code)
  if (known !== undefined || cache.has(code)) return known
  const unit = read(code)
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value as string)
  cache.set(code, unit)
  return unit
}

/** The name of a valid UCUM code in English, `milligram per deciliter`; undefined for what is no valid one. */
export function unitName(code: string): string | undefined {
  if (!canonicalUnit(code)) return undefined
  return ucum?.validateUnitString(code).unit?.name ?? code
}

/**
 * Units of the library's table with a wrong dimension (it has the dioptre as a length) or function: they compare with
 * themselves. Found by comparing its table with the one of another library.
 */
const wronglyDefined = /\[diop\]|\[mesh_i\]|\[degRe\]|Oe|Gb|Bd/

/** Spaces, empty parentheses, text after an annotation: the library trims them, or writes about them to the console. */
const malformed = /[^!-~]|^$|\(\)|\}[^/.)]/

function read(code: string): CanonicalUnit | undefined {
  if (code.length > longestCode || malformed.test(code)) return undefined
  ucum ??= require('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance() as Ucum
  const one = convert(code, 1)
  if (one.status === 'succeeded') {
    if (wronglyDefined.test(code)) return itself(code)
    return one.fromUnitIsSpecial ? special(code, one) : linear(baseUnits(one), one.magnitude)
  }
  // Unknown names of JavaScript's own, such as `toString`, are an error here and yet valid below.
  if (one.status !== 'failed' || ucum.validateUnitString(code).status !== 'valid') return undefined
  return arbitrary(code)
}

function convert(code: string, value: number): Conversion {
  return (ucum as Ucum).convertToBaseUnits(code, value)
}

function linear(unit: string, factor: number | undefined): CanonicalUnit | undefined {
  return factor === undefined || !(factor > 0 && factor < Number.POSITIVE_INFINITY)
    ? undefined
    : { unit, toBase: (value) => round(value * factor) }
}

/** Temperatures are a factor and an offset; everything else special is a logarithm or worse. */
function special(code: string, one: Conversion): CanonicalUnit {
  const [zero, two, three] = [0, 2, 1000].map((value) => convert(code, value).magnitude)
  if (one.magnitude === undefined || zero === undefined || two === undefined || three === undefined) {
    return itself(code)
  }
  const factor = one.magnitude - zero
  const straight = (value: number, found: number) =>
    Math.abs(zero + value * factor - found) <= Math.abs(found) * 1e-9
  if (!(factor > 0 && straight(2, two) && straight(1000, three))) return itself(code)
  // Two points far apart give the factor with more digits.
  const exact = (three - zero) / 1000
  return { unit: baseUnits(one), toBase: (value) => round(zero + value * exact) }
}

/** The arbitrary unit is replaced by the candela, so that the rest can be converted, and put back. */
function arbitrary(code: string): CanonicalUnit {
  const names = new Set<string>()
  const replaced = code.replace(/\{[^}]*\}|\[[^\]]*\]/g, (part) => {
    if (part.startsWith('{') || convert(part, 1).status !== 'failed') return part
    names.add(part === '[IU]' ? '[iU]' : part)
    return 'cd'
  })
  const [name, ...others] = names
  if (name === undefined || others.length > 0 || /cd|lm|lx|sb|Lmb|ph/.test(code)) return itself(code)
  const one = convert(replaced, 1)
  if (one.status !== 'succeeded' || wronglyDefined.test(code)) return itself(code)
  return linear(baseUnits(one, name), one.magnitude) ?? itself(code)
}

function itself(code: string): CanonicalUnit {
  return { unit: code, toBase: round }
}

function baseUnits({ unitToExp = {} }: Conversion, candela = 'cd'): string {
  const units = Object.entries(unitToExp).map(
    ([unit, exponent]) => `${unit === 'cd' ? candela : unit}${exponent === 1 ? '' : exponent}`,
  )
  return units.sort().join('.') || '1'
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}
