import type { FhirNode } from '../contract.js'
import { isTemporalType } from '../equality.js'
import {
  booleanCollection,
  type Collection,
  empty,
  type SystemNode,
  type SystemType,
  singleton,
  systemNode,
  Unsupported,
} from '../node.js'
import { isTemporal } from '../temporal.js'
import { type FunctionCompiler, type Functions, plain } from './function.js'

type Conversion = (node: SystemNode) => FhirNode | undefined

function convert(work: Conversion): FunctionCompiler {
  return plain((nodes) => {
    const node = singleton(nodes)
    const made = node && work(node)
    return made === undefined ? empty : [made]
  })
}

function converts(work: Conversion): FunctionCompiler {
  return plain((nodes: Collection) => {
    const node = singleton(nodes)
    return node === undefined ? empty : booleanCollection(work(node) !== undefined)
  })
}

const toInteger: Conversion = ({ value, type }) => {
  if (typeof value === 'boolean') return systemNode('System.Integer', value ? 1 : 0)
  if (typeof value === 'number') {
    return Number.isInteger(value) && !/decimal$/i.test(type)
      ? systemNode('System.Integer', value)
      : undefined
  }
  return typeof value === 'string' && /^[+-]?\d+$/.test(value)
    ? systemNode('System.Integer', Number(value))
    : undefined
}

const toDecimal: Conversion = ({ value, text }) => {
  if (typeof value === 'boolean') return systemNode('System.Decimal', value ? 1 : 0)
  const digits = typeof value === 'number' ? (text ?? String(value)) : value
  if (typeof digits !== 'string' || !/^[+-]?\d+(\.\d+)?$/.test(digits)) return undefined
  const made: SystemNode = { ...systemNode('System.Decimal', Number(digits)), text: digits }
  return made
}

const toText: Conversion = ({ value, text, type }) => {
  if (typeof value === 'object') {
    if (type === 'System.Quantity' || type === 'Quantity') throw new Unsupported('toString() of a quantity')
    return undefined
  }
  return value === undefined ? undefined : systemNode('System.String', text ?? String(value))
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  1: true,
  '1.0': true,
  false: false,
  f: false,
  no: false,
  n: false,
  0: false,
  '0.0': false,
}

const toBoolean: Conversion = ({ value }) => {
  if (typeof value === 'boolean') return systemNode('System.Boolean', value)
  const word = String(value).toLowerCase()
  return typeof value !== 'object' && Object.hasOwn(truths, word)
    ? systemNode('System.Boolean', truths[word])
    : undefined
}

function toTemporal(type: SystemType): Conversion {
  return (node) => {
    if (typeof node.value !== 'string') return undefined
    const value = type === 'System.Date' && isTemporalType(node.type) ? node.value.split('T')[0] : node.value
    return value !== undefined && isTemporal(type, value) ? systemNode(type, value) : undefined
  }
}

const toDate = toTemporal('System.Date')
const toDateTime = toTemporal('System.DateTime')
const toTime = toTemporal('System.Time')

/** https://hl7.org/fhirpath/N1/#conversion */
export const conversions: Functions = {
  toInteger: convert(toInteger),
  toDecimal: convert(toDecimal),
  toString: convert(toText),
  toBoolean: convert(toBoolean),
  toDate: convert(toDate),
  toDateTime: convert(toDateTime),
  toTime: convert(toTime),
  convertsToInteger: converts(toInteger),
  convertsToDecimal: converts(toDecimal),
  convertsToString: converts(toText),
  convertsToBoolean: converts(toBoolean),
  convertsToDate: converts(toDate),
  convertsToDateTime: converts(toDateTime),
  convertsToTime: converts(toTime),
}
