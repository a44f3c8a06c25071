import { FhirError } from '../../errors/fhir-error.js'
import type { TerminologyView } from '../../terminology/asking.js'
import { listIn, type ValueSetResource } from '../../terminology/content.js'
import type { CompiledValueSet } from '../../terminology/value-set.js'
import { malformed, type OperationInput } from './input.js'

/**
 * The value set that a request is about: the instance, the one in the request, or the one of a URL.
 *
 * @throws FhirError `malformed-request` where none is named, `not-found` where it is not here.
 */
export function valueSetOf(
  view: TerminologyView,
  input: OperationInput,
  instance: ValueSetResource | undefined,
): CompiledValueSet {
  const given = instance ?? (input.resource('valueSet', 'ValueSet') as ValueSetResource | undefined)
  if (given) return view.compiledOf(given)
  const url = input.text('url')
  if (url !== undefined) {
    const version = input.text('valueSetVersion')
    return view.compiled(version === undefined || url.includes('|') ? url : `${url}|${version}`)
  }
  const context = input.text('context')
  if (context !== undefined) return view.compiled(bindingOf(view, context))
  throw malformed('Expected the value set: url, context, or valueSet with a ValueSet; none is there.')
}

/** The value set of an element, named as `StructureDefinition URL#path`, e.g. `...StructureDefinition/Patient#Patient.gender`. */
function bindingOf(view: TerminologyView, context: string): string {
  const [canonical, path] = context.split('#')
  if (!canonical || !path) {
    throw malformed(`context: expected the URL of a StructureDefinition, # and a path, found '${context}'.`)
  }
  const structure = view.structure(canonical)
  if (!structure) throw new FhirError('not-found', `There is no StructureDefinition ${canonical} here.`)
  const shape = structure as {
    readonly snapshot?: { readonly element?: readonly Element[] }
    readonly differential?: { readonly element?: readonly Element[] }
  }
  const element = [...listIn(shape.differential?.element), ...listIn(shape.snapshot?.element)].find(
    ({ id, path: found, binding }) => (id === path || found === path) && binding?.valueSet !== undefined,
  )
  if (element?.binding?.valueSet !== undefined) return element.binding.valueSet
  throw new FhirError('not-found', `The StructureDefinition ${canonical} binds no value set to ${path}.`)
}

interface Element {
  readonly id?: string
  readonly path?: string
  readonly binding?: { readonly valueSet?: string }
}
