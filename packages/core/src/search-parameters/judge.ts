import type { Definitions, SearchParameter } from '../definitions/definitions.js'
import type { AnyResource } from '../fhir/types.js'
import { compileParameter, type ParameterExtractor } from './compile.js'
import { type ParameterDefinition, readDefinition } from './definition.js'
import type { Fault } from './fault.js'
import type { StoredParameter } from './stored.js'

/** A SearchParameter resource by the name that messages give it. */
export interface NamedParameter {
  readonly name: string
  readonly definition: ParameterDefinition
}

/** What was found of a SearchParameter resource that is active. */
export type Judgement =
  | {
      readonly kind: 'custom'
      readonly definition: ParameterDefinition
      readonly extract: ParameterExtractor
    }
  /** It describes a parameter of R4. */
  | { readonly kind: 'built-in' }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }

/**
 * Decides whether an active SearchParameter can be used.
 *
 * @param others the active custom parameters beside it.
 */
export async function judge(
  definitions: Definitions,
  resource: AnyResource,
  others: readonly NamedParameter[],
): Promise<Judgement> {
  if (isBuiltIn(definitions, resource)) return { kind: 'built-in' }
  const customByUrl = (url: string) =>
    others.find(({ definition }) => definition.url === url)?.definition.parameter
  const definition = readDefinition(resource, { definitions, customByUrl })
  if (Array.isArray(definition)) return { kind: 'refused', faults: definition }
  const faults = collisions(definitions, definition, others)
  const extract = await compileParameter(definitions, definition)
  if (Array.isArray(extract)) faults.push(...extract)
  else if (faults.length === 0) return { kind: 'custom', definition, extract }
  return { kind: 'refused', faults }
}

/** What is to be said of each stored SearchParameter that is active, by id; of two that collide the older one holds. */
export async function judgeAll(
  definitions: Definitions,
  stored: readonly StoredParameter[],
): Promise<Map<string, Judgement>> {
  const judged = new Map<string, Judgement>()
  const others: NamedParameter[] = []
  const active = stored.filter(({ resource }) => resource.status === 'active')
  // A composite is made of others, so those come first.
  const isComposite = ({ resource }: StoredParameter) => resource.type === 'composite'
  for (const { row, resource } of [
    ...active.filter((one) => !isComposite(one)),
    ...active.filter(isComposite),
  ]) {
    const judgement = await judge(definitions, resource, others)
    if (judgement.kind === 'custom') {
      others.push({ name: `SearchParameter/${row.id}`, definition: judgement.definition })
    }
    judged.set(row.id, judgement)
  }
  return judged
}

/** Published packages restate R4's parameters: with R4's URL, or derived from it. */
function isBuiltIn(definitions: Definitions, { url, derivedFrom, code, base }: AnyResource): boolean {
  const bases = Array.isArray(base) ? base : []
  return (
    bases.length > 0 &&
    bases.every((type) => {
      const own = definitions.searchParameters(String(type)).get(String(code))
      return own !== undefined && (own.url === url || own.url === derivedFrom)
    })
  )
}

function collisions(
  definitions: Definitions,
  { code, url, types }: ParameterDefinition,
  others: readonly NamedParameter[],
): Fault[] {
  const faults: Fault[] = []
  const standard = types.flatMap((type): [string, SearchParameter][] => {
    const own = definitions.searchParameters(type).get(code)
    return own ? [[type, own]] : []
  })[0]
  if (standard) {
    faults.push({
      element: 'code',
      code: 'duplicate',
      message: `R4 has a search parameter '${code}' on ${standard[0]} (${standard[1].url}). Choose another code, or say by derivedFrom that this describes that one.`,
    })
  }
  for (const { name, definition } of others) {
    const shared = definition.types.find((type) => types.includes(type))
    if (definition.url === url) {
      faults.push({
        element: 'url',
        code: 'duplicate',
        message: `${name} has this URL and is active. Update that one, or retire or delete it first.`,
      })
    } else if (definition.code === code && shared !== undefined) {
      faults.push({
        element: 'code',
        code: 'duplicate',
        message: `${name} has the code '${code}' on ${shared} and is active. Choose another code, or retire or delete that one first.`,
      })
    }
  }
  return faults
}
