import { ofCollection } from '../compiled.js'
import { EvaluationError, empty, type SystemNode, singleton, systemNode, Unsupported } from '../node.js'
import { type FunctionCompiler, type Functions, plain } from './function.js'

function numeric(work: (value: number) => number, whole: boolean): FunctionCompiler {
  return plain((nodes) => {
    const node: SystemNode | undefined = singleton(nodes)
    if (node === undefined) return empty
    if (typeof node.value !== 'number') {
      if (typeof node.value === 'object') throw new Unsupported('a function on a quantity')
      throw new EvaluationError('a number was expected')
    }
    const decimal = !whole && (/decimal$/i.test(node.type) || !Number.isInteger(node.value))
    return [systemNode(decimal ? 'System.Decimal' : 'System.Integer', work(node.value))]
  })
}

const now: FunctionCompiler = () =>
  ofCollection(() => [systemNode('System.DateTime', new Date().toISOString())])

const today: FunctionCompiler = () =>
  ofCollection(() => [systemNode('System.Date', new Date().toISOString().slice(0, 10))])

const timeOfDay: FunctionCompiler = () =>
  ofCollection(() => [systemNode('System.Time', new Date().toISOString().slice(11, 23))])

/** https://hl7.org/fhirpath/N1/#math and https://hl7.org/fhirpath/N1/#current-date-and-time-functions, in UTC. */
export const mathematics: Functions = {
  abs: numeric(Math.abs, false),
  ceiling: numeric(Math.ceil, true),
  floor: numeric(Math.floor, true),
  truncate: numeric(Math.trunc, true),
  now,
  today,
  timeOfDay,
}
