import { type Decimal, decimalOf, times } from './decimals.js'
import { type Json, memberOf, textAt } from './json.js'
import { type End, matchesNumber, type Searched, type Span, searchedNumber, spanOf } from './numbers.js'
import { showEscaped } from './written.js'

// https://hl7.org/fhir/R4/search.html#quantity

const ucum = 'http://unitsofmeasure.org'

/** What one of each unit is in the first of its kind. */
const kinds: readonly Readonly<Record<string, string>>[] = [
  { g: '1', mg: '0.001', ug: '0.000001', kg: '1000', '[lb_av]': '453.59237' },
  { m: '1', cm: '0.01', km: '1000', '[in_i]': '0.0254' },
]

interface Unit {
  readonly kind: number
  readonly factor: Decimal
}

function unitOf(system: string | undefined, code: string | undefined): Unit | undefined {
  if (system !== ucum || code === undefined) return undefined
  const kind = kinds.findIndex((units) => Object.hasOwn(units, code))
  const factor = kinds[kind]?.[code]
  return factor === undefined ? undefined : { kind, factor: decimalOf(factor) }
}

/** `number`, `number||unit or code` or `number|system|code`; UCUM's units convert into each other. */
export function matchesQuantity(element: Json, searched: string): boolean {
  const span = spanOf(element)
  if (span === undefined) return false
  const [number = '', system, code] = searched.split('|').map(showEscaped)
  const asked = searchedNumber(number)
  const said = memberOf(element, 'origin') ?? element
  const held = { system: textAt(said, 'system'), code: textAt(said, 'code'), unit: textAt(said, 'unit') }
  const into = unitOf(system, code)
  if (into) {
    const from = unitOf(held.system, held.code)
    return (
      from?.kind === into.kind && matchesNumber(convert(span, from.factor), convertAsked(asked, into.factor))
    )
  }
  const fits =
    code === undefined ||
    (system === '' ? [held.code, held.unit].includes(code) : held.system === system && held.code === code)
  return fits && matchesNumber(span, asked)
}

function convert({ low, high }: Span, factor: Decimal): Span {
  const end = (each: End) => (each.at ? { ...each, at: times(each.at, factor) } : each)
  return { low: end(low), high: end(high) }
}

function convertAsked({ prefix, value, low, high }: Searched, factor: Decimal): Searched {
  return { prefix, value: times(value, factor), low: times(low, factor), high: times(high, factor) }
}
