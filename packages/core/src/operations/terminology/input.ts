import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { OperationInteraction } from '../../plugin/interaction.js'
import type { CodeReference } from '../../terminology/membership.js'
import { booleanOf, numberOf, textsOf } from '../parameters.js'

type Json = Readonly<Record<string, unknown>>

/** The input of an operation, by the names of its OperationDefinition. */
export class OperationInput {
  readonly #input: OperationInteraction
  readonly #parameters: readonly Json[]

  /** @param direct a parameter that may be the whole body: `ValueSet` sent instead of Parameters. */
  constructor(input: OperationInteraction, direct?: { readonly name: string; readonly type: string }) {
    const { resource } = input
    const wrapped =
      resource !== undefined && resource.resourceType === direct?.type
        ? { resourceType: 'Parameters', parameter: [{ name: direct.name, resource }] }
        : resource
    this.#input = wrapped === undefined ? input : { ...input, resource: wrapped }
    this.#parameters = parametersOf(wrapped)
  }

  texts(name: string): string[] {
    return textsOf(this.#input, name)
  }

  /** The only value of a parameter. @throws FhirError where there are several. */
  text(name: string): string | undefined {
    const [only, ...others] = this.texts(name)
    if (others.length > 0) throw malformed(`${name}: expected one value, found ${others.length + 1}.`)
    return only === '' ? undefined : only
  }

  required(name: string, what: string): string {
    const value = this.text(name)
    if (value !== undefined) return value
    throw malformed(`Expected the parameter ${name}, ${what}; it is missing.`)
  }

  boolean(name: string): boolean | undefined {
    return booleanOf(this.#input, name)
  }

  /** A number of codes. */
  count(name: string): number | undefined {
    const value = numberOf(this.#input, name, 0, 2 ** 31 - 1)
    if (value === undefined || Number.isInteger(value)) return value
    throw malformed(`${name}: expected a whole number, found ${value}.`)
  }

  coding(name: string): CodeReference | undefined {
    const value = this.#value(name, 'valueCoding')
    return value === undefined ? undefined : codeReference(value, name)
  }

  codings(name: string): CodeReference[] {
    return this.named(name).flatMap((each) => {
      const value = objectIn(each.valueCoding)
      return value ? [codeReference(value, name)] : []
    })
  }

  /** The codings of a CodeableConcept. */
  codeableConcept(name: string): CodeReference[] | undefined {
    const value = this.#value(name, 'valueCodeableConcept')
    if (value === undefined) return undefined
    const list = Array.isArray(value.coding) ? value.coding : []
    return list.map((each) => codeReference(objectIn(each) ?? {}, `${name}.coding`))
  }

  resource(name: string, type: string): AnyResource | undefined {
    const [found] = this.named(name)
    if (found === undefined) return undefined
    const resource = objectIn(found.resource) as AnyResource | undefined
    if (resource?.resourceType === type) return resource
    throw malformed(`${name}: expected a ${type} in resource.`)
  }

  /** The parameters of a name as they were sent, for those with parts. */
  named(name: string): readonly Json[] {
    return this.#parameters.filter((each) => each.name === name)
  }

  #value(name: string, property: string): Json | undefined {
    const [found, ...others] = this.named(name)
    if (others.length > 0) throw malformed(`${name}: expected one value, found ${others.length + 1}.`)
    if (found === undefined) {
      if (this.texts(name).length === 0) return undefined
      throw malformed(`${name} does not fit into a URL: send it in Parameters with POST.`)
    }
    const value = objectIn(found[property])
    if (value) return value
    throw malformed(`${name}: expected ${property}.`)
  }
}

/** An error that says how the request has to look. */
export function malformed(message: string): FhirError {
  return new FhirError('malformed-request', message)
}

/** The parts of a parameter. */
export function partsOf(parameter: Json): readonly Json[] {
  const list: unknown[] = Array.isArray(parameter.part) ? parameter.part : []
  return list.map(objectIn).filter((each) => each !== undefined)
}

/** An object of JSON; undefined for anything else. */
export function objectIn(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

function codeReference(value: Json, name: string): CodeReference {
  const text = (key: string) => (typeof value[key] === 'string' ? { [key]: value[key] as string } : {})
  if (typeof value.code !== 'string' || value.code === '') throw malformed(`${name}: expected a code in it.`)
  return { code: value.code, ...text('system'), ...text('version'), ...text('display') }
}

function parametersOf(resource: AnyResource | undefined): readonly Json[] {
  const list: unknown[] = Array.isArray(resource?.parameter) ? resource.parameter : []
  return list.map(objectIn).filter((each) => each !== undefined)
}
