import type { Strategy } from './strategy.js'

/** A strategy in words, for operators: which way it goes, by which parameters; no values. */
export function describeStrategy(strategy: Strategy): string {
  switch (strategy.by) {
    case 'id':
      return 'reads the given ids by key'
    case 'patient':
      return strategy.ids.length === 1
        ? "reads the patient's own index"
        : `reads the indexes of ${strategy.ids.length} patients`
    case 'code':
      return `walks the index of the code that ${strategy.clause.param.code} names`
    case 'date':
      return 'reads what starts in the range of dates, and what is longer than 32 days, by their indexes'
    case 'token':
      return `finds all rows with ${strategy.clause.param.code} through the index of tokens (${strategy.hashes.length} of them)`
    case 'component':
      return `finds all rows with one part of a composite through the index of tokens (${strategy.hashes.length} of them)`
    case 'words':
      return `finds all rows with the words of ${strategy.clause.param.code} through their index`
    case 'near':
      return 'finds all positions in a band of latitudes through their index'
    case 'quantity':
      return `finds all rows with ${strategy.clause.param.code} through the indexes of quantities`
    case 'string':
      return `finds all rows with ${strategy.clause.param.code} through the index of strings`
    case 'chain':
      return `goes from all that ${strategy.clause.param.code} leads to (${strategy.through
        .map(({ type, strategy: inner }) => `${type}: ${describeStrategy(inner)}`)
        .join('; ')}) back to what refers there`
    case 'has':
      return (
        `goes from every ${strategy.through.type} (${describeStrategy(strategy.through.strategy)}) to what its ` +
        `${strategy.clause.param.code} refers to`
      )
    case 'sorted':
      return `walks at most ${strategy.bounded.toLocaleString('en')} values in the order of the results, judging the row of each`
    case 'walk':
      return strategy.bounded === undefined
        ? 'walks all rows of the types, judging each'
        : `walks at most ${strategy.bounded.toLocaleString('en')} rows, judging each`
  }
}
