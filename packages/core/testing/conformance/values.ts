import { parseDateRange } from '../../src/fhir/dates.js'
import type { SearchValue } from '../../src/search/values.js'

/** Search values written by hand, for tests that need to be sure of them. */
export const values = {
  token: (param: string, code: string, system?: string, text?: string): SearchValue => ({
    param,
    type: 'token',
    code,
    ...(system === undefined ? {} : { system }),
    ...(text === undefined ? {} : { text }),
  }),
  string: (param: string, value: string): SearchValue => ({ param, type: 'string', value }),
  reference: (param: string, targetType: string, targetId: string): SearchValue => ({
    param,
    type: 'reference',
    targetType,
    targetId,
  }),
  /** A date by its precision, or a period from the start of one to the end of another. */
  date: (param: string, start: string, end = start): SearchValue => {
    const first = parseDateRange(start)
    const last = parseDateRange(end)
    if (!first || !last) throw new TypeError(`${start} or ${end} is no date`)
    return { param, type: 'date', low: first.low, high: last.high }
  },
  number: (param: string, value: number): SearchValue => ({
    param,
    type: 'number',
    value,
    low: value,
    high: value,
  }),
  quantity: (
    param: string,
    value: number,
    code: string,
    system = 'http://unitsofmeasure.org',
  ): SearchValue => ({
    param,
    type: 'quantity',
    system,
    code,
    value,
    low: value,
    high: value,
  }),
  uri: (param: string, value: string): SearchValue => ({ param, type: 'uri', value }),
} as const
