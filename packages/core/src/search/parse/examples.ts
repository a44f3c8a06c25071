import type { SearchParameterType } from '../../definitions/definitions.js'

/** A right value of each type of parameter, for messages. */
export const examples: Readonly<Record<SearchParameterType, string>> = {
  token: 'http://loinc.org|29463-7',
  string: 'nunez',
  reference: 'Patient/1',
  date: 'ge2024-02-01',
  number: 'lt100',
  quantity: 'gt5.4',
  uri: 'http://example.org/a',
  composite: 'http://loinc.org|29463-7$gt70',
  special: '41.39|2.16|5|km',
}
