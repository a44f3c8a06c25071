import { FhirError } from '../../errors/fhir-error.js'
import type { TerminologyView } from '../../terminology/asking.js'
import type { ValueSetResource } from '../../terminology/content.js'
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
  if (input.text('context') !== undefined) {
    throw new FhirError(
      'not-implemented',
      'The value set of a context is not looked for here; name the value set by url.',
    )
  }
  throw malformed('Expected the value set: url, or valueSet with a ValueSet; neither is there.')
}
