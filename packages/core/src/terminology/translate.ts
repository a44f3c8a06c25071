import { FhirError } from '../errors/fhir-error.js'
import {
  type ConceptMapResource,
  listIn,
  type MapDependency,
  type MapElement,
  type MapGroup,
  type MapTarget,
} from './content.js'
import type { CodeReference } from './membership.js'

/** A translation that a concept map gives. */
export interface MapMatch {
  /** How the meaning of the match relates to the code's: https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html */
  readonly equivalence?: string
  readonly concept?: { system?: string; code: string; display?: string }
  readonly product: readonly MapDependency[]
  /** Canonical URL of the map. */
  readonly source?: string
}

export interface TranslateOptions {
  /** From the map's targets to its sources. */
  readonly reverse?: boolean
  /** The code system to end in. */
  readonly targetSystem?: string
  readonly dependencies?: readonly MapDependency[]
}

/** Maps that one may hand over to. */
const maxMaps = 10

const reversed: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
}

/**
 * The translations of a code by one map, in its order (https://hl7.org/fhir/R4/conceptmap-operation-translate.html). A
 * code that a group does not have goes the way of its `unmapped`.
 *
 * @param find the map that another one hands over to.
 * @throws FhirError `not-found` where such a map is not here, `business-rule` where maps hand over in a circle.
 */
export function translate(
  map: ConceptMapResource,
  code: CodeReference,
  options: TranslateOptions,
  find: (canonical: string) => ConceptMapResource | undefined,
  depth = 0,
): MapMatch[] {
  if (depth > maxMaps) {
    throw new FhirError('business-rule', `The concept map ${map.url} hands over to others without end.`)
  }
  const source = map.url === undefined ? {} : { source: map.url }
  return listIn(map.group)
    .filter((group) => isAbout(group, code, options))
    .flatMap((group): MapMatch[] => {
      if (options.reverse) return backwards(group, code, options).map((match) => ({ ...match, ...source }))
      const elements = listIn(group.element).filter((each) => each.code === code.code)
      if (elements.length > 0) {
        return elements.flatMap((each) =>
          forwards(group, each, options).map((match) => ({ ...match, ...source })),
        )
      }
      const { unmapped } = group
      if (unmapped?.mode !== 'other-map') {
        return unmappedCode(group, code).map((match) => ({ ...match, ...source }))
      }
      const other = unmapped.url === undefined ? undefined : find(unmapped.url)
      if (other) return translate(other, code, options, find, depth + 1)
      throw new FhirError(
        'not-found',
        `The concept map ${map.url} hands over to ${unmapped.url}, which is not here.`,
      )
    })
}

/** Whether a translation says that there is one. */
export function isTranslation({ equivalence }: MapMatch): boolean {
  return equivalence !== 'unmatched' && equivalence !== 'disjoint'
}

function isAbout(group: MapGroup, { system }: CodeReference, options: TranslateOptions): boolean {
  const [from, to] = options.reverse ? [group.target, group.source] : [group.source, group.target]
  if (system !== undefined && from !== undefined && from !== system) return false
  return options.targetSystem === undefined || to === options.targetSystem
}

function forwards(group: MapGroup, element: MapElement, { dependencies = [] }: TranslateOptions): MapMatch[] {
  return listIn(element.target)
    .filter((target) => fits(target, dependencies))
    .map((target) => ({
      equivalence: target.equivalence ?? 'equivalent',
      ...concept(group.target, target),
      product: listIn(target.product),
    }))
}

/** Whether everything that a target depends on was given. */
function fits({ dependsOn }: MapTarget, given: readonly MapDependency[]): boolean {
  return listIn(dependsOn).every(({ property, system, value }) =>
    given.some(
      (each) =>
        each.property === property &&
        each.value === value &&
        (system === undefined || each.system === undefined || each.system === system),
    ),
  )
}

function backwards(
  group: MapGroup,
  { code }: CodeReference,
  { dependencies = [] }: TranslateOptions,
): MapMatch[] {
  return listIn(group.element).flatMap((element) =>
    listIn(element.target)
      .filter((target) => target.code === code && fits(target, dependencies))
      .map(({ equivalence = 'equivalent' }) => ({
        equivalence: reversed[equivalence] ?? equivalence,
        ...concept(group.source, element),
        product: [],
      })),
  )
}

/** `provided`: the same code in the target system; `fixed`: one code for all. */
function unmappedCode({ target, unmapped }: MapGroup, { code, display }: CodeReference): MapMatch[] {
  if (unmapped?.mode === 'provided') {
    const same = display === undefined ? { code } : { code, display }
    return [{ equivalence: 'equal', ...concept(target, same), product: [] }]
  }
  if (unmapped?.mode !== 'fixed' || unmapped.code === undefined) return []
  return [{ ...concept(target, unmapped), product: [] }]
}

function concept(
  system: string | undefined,
  { code, display }: { readonly code?: string; readonly display?: string },
): Pick<MapMatch, 'concept'> {
  if (code === undefined) return {}
  return {
    concept: {
      ...(system === undefined ? {} : { system }),
      code,
      ...(display === undefined ? {} : { display }),
    },
  }
}
