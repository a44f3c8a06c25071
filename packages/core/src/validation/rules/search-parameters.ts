import type { Finding, Rule } from '../contract.js'

/** A SearchParameter that is derived from another one has its type (https://hl7.org/fhir/R4/searchparameter.html). */
export const searchParameters: Rule = {
  name: 'search-parameter',
  types: ['SearchParameter'],
  check(target) {
    const { derivedFrom, type, expression: path, base } = target.resource
    if (typeof derivedFrom !== 'string') return
    const where = `${target.expression}.derivedFrom`
    const origin = target.definition('SearchParameter', derivedFrom, where)
    if (!origin) return
    const tell = (severity: Finding['severity'], element: string, text: string) => {
      const expression = `${target.expression}.${element}`
      target.report({ severity, code: 'business-rule', expression, text: `${expression}: ${text}` })
    }
    if (origin.type !== type) {
      tell('error', 'type', `expected ${String(origin.type)}, as in ${derivedFrom}, found ${String(type)}.`)
    }
    const bases = Array.isArray(origin.base) ? origin.base : []
    const others = Array.isArray(base) ? base.filter((name) => !bases.includes(name)) : []
    if (others.length > 0) {
      tell(
        'error',
        'base',
        `expected ${bases.join(' or ')}, as in ${derivedFrom}, found ${others.join(', ')}.`,
      )
    }
    if (origin.expression !== path) tell('warning', 'expression', `differs from that of ${derivedFrom}.`)
  },
}
