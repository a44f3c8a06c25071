import { isId } from '../../fhir/ids.js'
import type { Clause } from '../query.js'
import { chainClause, hasClause } from './chain.js'
import { checkDepth, type Place, type Reading, searchError } from './context.js'
import { readFilter } from './filter.js'
import { readList } from './list.js'
import { requireParameter } from './parameters.js'
import { readBoolean, splitValues, unescapeValue } from './parts.js'
import { readDate } from './prefix.js'
import { readClause } from './values.js'
import { readWords } from './words.js'

/**
 * The clause that one parameter asks for, chains and `_has` followed.
 *
 * @param depth References followed on the way here.
 * @throws FhirError `unknown-search-parameter` where a name is unknown; under lenient handling the caller may ignore it
 * when it is the first of the chain (`isUnknownParameter`).
 */
export function readParameter(
  place: Place,
  name: string,
  value: string,
  reading: Reading,
  depth = 0,
): Clause {
  checkDepth(depth, place, reading)
  if (name.startsWith('_has:')) {
    return hasClause(place, name, (at, rest) => readParameter(at, rest, value, reading, depth + 1), reading)
  }
  const [, code = name, modifier, rest] = /^([^:.]*)(?::([^:.]*))?(?:\.(.*))?$/s.exec(name) ?? []
  if (rest !== undefined) {
    const [start = ''] = rest.split(/[:.]/, 1)
    const read = (at: Place) => [readParameter(at, rest, value, reading, depth + 1)]
    return chainClause(place, requireParameter(place, code, reading), modifier, start, read, reading)
  }
  const own = ownParameters.get(code)
  return own
    ? own(place, modifier, value, reading, depth)
    : readClause(requireParameter(place, code, reading), modifier, value, place, reading)
}

type Read = (
  place: Place,
  modifier: string | undefined,
  value: string,
  reading: Reading,
  depth: number,
) => Clause

/** Parameters with clauses or a syntax of their own. */
const ownParameters: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['_id', readId],
  ['_lastUpdated', readLastUpdated],
  ['_list', readList],
  ['_text', readWordsOf('DomainResource', '_text')],
  ['_content', readWordsOf('Resource', '_content')],
  ['_filter', readFilter],
  ['_query', refuseQuery],
])

function refuseQuery(place: Place, _modifier: string | undefined, value: string): never {
  throw searchError(
    place,
    `this server has no named queries, found "${value}"; ask by search parameters.`,
    'unsupported-search',
  )
}

/** What has no narrative has no words in it, so the parameter goes for every type. */
function readWordsOf(base: string, code: string): Read {
  return (place, modifier, value, reading) => {
    const param = reading.definitions.searchParameters(base).get(code)
    if (!param) throw searchError(place, `${code} is not defined here.`, 'unsupported-search')
    return readWords(param, modifier, value, place, reading)
  }
}

function readId(place: Place, modifier: string | undefined, value: string, reading: Reading): Clause {
  if (modifier !== undefined) throw searchError(place, '_id takes no modifier.')
  const ids = splitValues(value, place, reading).map((part) => unescapeValue(part, place))
  for (const id of ids) {
    if (!isId(id)) {
      throw searchError(
        place,
        `expected an id (1 to 64 letters, digits, - and .), such as _id=a1, found "${id}".`,
      )
    }
  }
  return { kind: 'id', ids }
}

function readLastUpdated(
  place: Place,
  modifier: string | undefined,
  value: string,
  reading: Reading,
): Clause {
  // Every resource has one.
  if (modifier === 'missing')
    return readBoolean(value, place) ? { kind: 'nothing' } : { kind: 'and', clauses: [] }
  if (modifier !== undefined)
    throw searchError(place, `_lastUpdated has no modifier :${modifier}; it has missing.`)
  return {
    kind: 'lastUpdated',
    values: splitValues(value, place, reading).map((part) =>
      readDate(unescapeValue(part, place), place, reading),
    ),
  }
}
