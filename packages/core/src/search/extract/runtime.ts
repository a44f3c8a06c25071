import * as dates from './dates.js'
import { isArray, logic } from './logic.js'
import * as quantities from './quantities.js'
import { referenceCanonical, referenceReference, referenceResource, refersTo } from './references.js'
import * as strings from './strings.js'
import * as tokens from './tokens.js'

/** Everything that compiled extractors call. `search/compile` names these functions. */
export const runtime: Readonly<Record<string, unknown>> = Object.freeze({
  isArray,
  ...logic,
  refersTo,
  referenceCanonical,
  referenceReference,
  referenceResource,
  ...tokens,
  ...strings,
  ...dates,
  ...quantities,
})
