import type { CompositeComponent, Definitions, SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { nearest } from '../search/parse/nearest.js'
import type { Fault } from './fault.js'

/** A SearchParameter resource as the server understands it: on each of its types the same parameter. */
export interface ParameterDefinition {
  readonly url: string
  readonly code: string
  /** Concrete resource types; `Resource` and `DomainResource` stand for those that derive from them. */
  readonly types: readonly string[]
  readonly parameter: SearchParameter
}

/** What a definition may refer to. */
export interface DefinitionScope {
  readonly definitions: Definitions
  /** Another custom parameter by its canonical URL. */
  readonly customByUrl: (url: string) => SearchParameter | undefined
}

const parameterTypes = [
  'number',
  'date',
  'string',
  'token',
  'reference',
  'composite',
  'quantity',
  'uri',
] as const
type UsableType = (typeof parameterTypes)[number]

/** They derive from Resource itself (https://hl7.org/fhir/R4/resource.html). */
const plainResources = new Set(['Bundle', 'Binary', 'Parameters'])

/** Longer than any published one; the bound keeps compiling cheap. */
const longestExpression = 4000

/**
 * Reads a SearchParameter resource (https://hl7.org/fhir/R4/searchparameter.html).
 *
 * @returns the definition, or every fault found. Expressions are not compiled here.
 */
export function readDefinition(resource: AnyResource, scope: DefinitionScope): ParameterDefinition | Fault[] {
  const faults: Fault[] = []
  const fault = (element: string, message: string, code?: Fault['code']) => {
    faults.push(code === undefined ? { element, message } : { element, message, code })
  }
  const { code, url, type, expression } = resource as Record<string, unknown>
  if (typeof url !== 'string' || url === '') fault('url', 'a canonical URL is required.', 'required')
  if (typeof code !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(code)) {
    fault(
      'code',
      `expected a letter followed by up to 63 letters, digits, - or _, found ${shown(code)}. It is what searches write before the =.`,
      'value',
    )
  }
  const types = typesOf(resource, scope.definitions, fault)
  const usable = parameterTypes.find((each) => each === type)
  if (!usable) {
    fault(
      'type',
      type === 'special'
        ? 'a parameter of type special has rules of its own, which a server cannot learn from a resource. Use another type.'
        : `expected one of ${parameterTypes.join(', ')}, found ${shown(type)}.`,
      'value',
    )
  }
  if (typeof expression !== 'string' || expression.trim() === '') {
    const hint = resource.xpath === undefined ? '' : ' This server does not evaluate xpath.'
    fault(
      'expression',
      `a FHIRPath expression is required: it selects what is searched.${hint} Write it as in Patient.name.given.`,
      'required',
    )
  } else if (expression.length > longestExpression) {
    fault('expression', `it is longer than ${longestExpression} characters. Shorten it.`, 'too-long')
  }
  const components = usable === 'composite' ? componentsOf(resource, types, scope, fault) : undefined
  const target = usable === 'reference' ? targetsOf(resource, scope.definitions, fault) : undefined
  if (faults.length > 0) return faults
  const description = typeof resource.description === 'string' ? resource.description : ''
  const parameter: SearchParameter = Object.freeze({
    code: code as string,
    type: usable as UsableType,
    url: url as string,
    description,
    expression: (expression as string).trim(),
    ...(target === undefined ? {} : { target }),
    ...(components === undefined ? {} : { components }),
  })
  return { url: parameter.url, code: parameter.code, types, parameter }
}

type Report = (element: string, message: string, code?: Fault['code']) => void

/** Concrete types of `base`. */
export function concreteTypes(base: string, { resourceTypes }: Definitions): readonly string[] {
  if (base === 'Resource') return resourceTypes
  if (base === 'DomainResource') return resourceTypes.filter((type) => !plainResources.has(type))
  return [base]
}

function typesOf({ base }: AnyResource, definitions: Definitions, fault: Report): string[] {
  const bases = Array.isArray(base) ? base : []
  if (bases.length === 0)
    fault('base', 'name the resource types that it is for, as in ["Patient"].', 'required')
  const types = new Set<string>()
  for (const [index, each] of bases.entries()) {
    const known =
      typeof each === 'string' &&
      (each === 'Resource' || each === 'DomainResource' || definitions.isResourceType(each))
    if (known) for (const type of concreteTypes(each, definitions)) types.add(type)
    else
      fault(`base[${index}]`, `${shown(each)} is no R4 resource type.${suggest(each, definitions)}`, 'value')
  }
  return [...types]
}

function targetsOf({ target }: AnyResource, definitions: Definitions, fault: Report): string[] | undefined {
  if (!Array.isArray(target)) return undefined
  for (const [index, each] of target.entries()) {
    if (typeof each === 'string' && definitions.isResourceType(each)) continue
    if (each === 'Resource') return undefined
    fault(`target[${index}]`, `${shown(each)} is no R4 resource type.${suggest(each, definitions)}`, 'value')
  }
  return target as string[]
}

function componentsOf(
  { component }: AnyResource,
  types: readonly string[],
  scope: DefinitionScope,
  fault: Report,
): CompositeComponent[] {
  const components = Array.isArray(component) ? component : []
  if (components.length < 2) {
    fault(
      'component',
      'a composite needs two components or more, each with definition and expression.',
      'required',
    )
  }
  return components.flatMap((each, index): CompositeComponent[] => {
    const { definition, expression } = Object(each) as Record<string, unknown>
    const at = `component[${index}]`
    if (typeof expression !== 'string' || expression.trim() === '') {
      fault(
        `${at}.expression`,
        'a FHIRPath expression is required, from the element that the composite selects.',
        'required',
      )
      return []
    }
    const found = typeof definition === 'string' ? parameterByUrl(definition, types, scope) : undefined
    if (!found) {
      fault(
        `${at}.definition`,
        `${shown(definition)} is the URL of no search parameter of R4 on ${types.slice(0, 3).join(', ')} and of no custom one that is active. Store that one first.`,
        'not-found',
      )
      return []
    }
    if (found.type === 'composite' || found.type === 'special') {
      fault(`${at}.definition`, `it names a ${found.type} parameter, which cannot be a component.`, 'value')
      return []
    }
    return [{ code: found.code, type: found.type, expression: expression.trim() }]
  })
}

function parameterByUrl(
  canonical: string,
  types: readonly string[],
  { definitions, customByUrl }: DefinitionScope,
): SearchParameter | undefined {
  const url = canonical.split('|', 1)[0] as string
  const custom = customByUrl(url)
  if (custom) return custom
  for (const type of types) {
    for (const parameter of definitions.searchParameters(type).values())
      if (parameter.url === url) return parameter
  }
  return undefined
}

function suggest(written: unknown, { resourceTypes }: Definitions): string {
  const near = typeof written === 'string' ? nearest(written, resourceTypes) : undefined
  return near === undefined ? '' : ` Did you mean ${near}?`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string'
    ? `'${value.slice(0, 80)}'`
    : `a ${Array.isArray(value) ? 'list' : typeof value}`
}
