import { FhirError } from '../errors/fhir-error.js'
import { type CodeSystemContent, propertyText } from './code-system.js'
import { type Filter, listIn } from './content.js'
import { matchWhole } from './patterns.js'

/**
 * The codes of a system that a filter keeps (https://hl7.org/fhir/R4/valueset-filter-operator.html).
 *
 * @throws FhirError `business-rule` for a filter without meaning.
 */
export function filterCodes(system: CodeSystemContent, { property, op, value }: Filter): Set<string> {
  if (typeof property !== 'string' || typeof op !== 'string' || typeof value !== 'string') {
    throw new FhirError('business-rule', `a filter on ${system.url} lacks its property, op or value`)
  }
  switch (op) {
    case 'is-a':
      return system.below(known(system, value))
    case 'descendent-of':
      return without(system.below(known(system, value)), [value])
    case 'is-not-a':
      return without(system.codes(), system.below(known(system, value)))
    case 'generalizes':
      return system.above(known(system, value))
    case '=':
      return keep(system, property, (values) => values.includes(value))
    case 'in':
    case 'not-in': {
      const listed = new Set(value.split(',').map((each) => each.trim()))
      return keep(system, property, (values) => values.some((each) => listed.has(each)) === (op === 'in'))
    }
    case 'exists':
      return keep(system, property, (values) => values.length > 0 === (value === 'true'))
    case 'regex': {
      const all = [...system.codes()].flatMap((code) =>
        valuesOf(system, code, property).map((text) => ({ code, text })),
      )
      const matching = matchWhole(
        value,
        all.map(({ text }) => text),
      )
      return new Set(all.filter((_, index) => matching[index]).map(({ code }) => code))
    }
  }
  throw new FhirError('business-rule', `the filter operator ${op} on ${system.url} is not known`)
}

function known(system: CodeSystemContent, code: string): string {
  if (system.has(code)) return code
  throw new FhirError('business-rule', `a filter on ${system.url} names the code ${code}, which is not in it`)
}

function keep(
  system: CodeSystemContent,
  property: string,
  test: (values: readonly string[]) => boolean,
): Set<string> {
  return new Set([...system.codes()].filter((code) => test(valuesOf(system, code, property))))
}

/** What a concept has of a property; code, display and the hierarchy count as properties. */
function valuesOf(system: CodeSystemContent, code: string, property: string): readonly string[] {
  const concept = system.concept(code)
  switch (property) {
    case 'concept':
    case 'code':
      return [code]
    case 'display':
      return typeof concept?.display === 'string' ? [concept.display] : []
    case 'parent':
    case 'subsumedBy':
      return [...system.parents(code)]
    case 'child':
      return [...system.children(code)]
  }
  return listIn(concept?.property)
    .filter((each) => each.code === property)
    .flatMap((each) => propertyText(each) ?? [])
}

function without(codes: Iterable<string>, excluded: Iterable<string>): Set<string> {
  const left = new Set(codes)
  for (const code of excluded) left.delete(code)
  return left
}
