// Search parameters by resource type, each with the branches of its expression and its description for that type.
import { splitExpression } from '../../src/search/compile/parse.js'
import { createTargets } from './targets.mjs'

const prefix = 'http://hl7.org/fhir/SearchParameter/'
// `_query` names a query to run; it indexes nothing.
const controls = new Set(['_query'])

/** `{ "Patient": [[code, type, url tail, description, expression, targets, components], ...] }`, sorted by code. */
export function compactSearchParameters(searchParameters, structures) {
  const targetsOf = createTargets(structures)
  const byUrl = new Map(searchParameters.map((parameter) => [parameter.url, parameter]))
  const byType = {}
  for (const parameter of searchParameters) {
    if (controls.has(parameter.code)) continue
    if (!parameter.url.startsWith(prefix)) throw new Error(`unexpected URL ${parameter.url}`)
    for (const base of parameter.base) {
      byType[base] ??= []
      byType[base].push(compact(parameter, base, byUrl, targetsOf))
    }
  }
  const order = (a, b) => (a[0] < b[0] ? -1 : 1)
  return Object.fromEntries(
    Object.keys(byType)
      .sort()
      .map((type) => [type, byType[type].sort(order)]),
  )
}

function compact(parameter, base, byUrl, targetsOf) {
  const expression = parameter.expression ? expressionFor(parameter, base) : 0
  const row = [
    parameter.code,
    parameter.type,
    parameter.url.slice(prefix.length),
    descriptionFor(parameter.description, base),
    expression,
    targetFor(parameter, expression, targetsOf) ?? 0,
    parameter.component?.map((component) => {
      const defined = byUrl.get(component.definition)
      if (!defined)
        throw new Error(`${parameter.url} has a component of unknown definition ${component.definition}`)
      return [defined.code, defined.type, component.expression]
    }) ?? 0,
  ]
  while (row.at(-1) === 0) row.pop()
  return row
}

/** What the parameter allows and the elements do too; where they have nothing in common, the parameter's own word. */
function targetFor({ type, target }, expression, targetsOf) {
  if (type !== 'reference' || !expression) return target
  const possible = targetsOf(expression)
  if (!possible) return target
  const common = target?.filter((each) => possible.includes(each)) ?? possible
  return common.length > 0 ? common : target
}

function expressionFor(parameter, base) {
  // InsurancePlan-name is `name | alias`: a branch that names no type belongs to every base.
  const branches = splitExpression(parameter.expression).filter(
    ({ root }) => root === base || (root !== undefined && /^[a-z]/.test(root)),
  )
  if (branches.length === 0)
    throw new Error(`${parameter.url} has no branch for ${base}: ${parameter.expression}`)
  return branches.map((branch) => branch.text).join(' | ')
}

/** A parameter shared by several types lists one description per type. */
function descriptionFor(text, base) {
  const own = text.match(new RegExp(`\\* \\[${base}\\]\\([^)]*\\): (.*)`))
  return (own ? own[1] : text).trim()
}
