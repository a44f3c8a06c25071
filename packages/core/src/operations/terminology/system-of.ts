import type { TerminologyView } from '../../terminology/asking.js'
import { CodeSystemContent } from '../../terminology/code-system.js'
import { notHere } from '../../terminology/concept-part.js'
import type { CodeSystemResource } from '../../terminology/content.js'
import type { CodeReference } from '../../terminology/membership.js'
import type { CodeProvider } from '../../terminology/provider.js'
import { malformed, type OperationInput } from './input.js'

/** The view with one code system, of the request or the instance it is about, in front of all others. */
export function withSystem(view: TerminologyView, resource: CodeSystemResource): TerminologyView {
  const content = new CodeSystemContent(resource)
  return {
    codeSystem: (url, version) =>
      content.usable && url === content.system ? content : view.codeSystem(url, version),
    describing: (url, version) => (url === content.system ? resource : view.describing(url, version)),
    valueSet: (canonical) => view.valueSet(canonical),
    compiled: (canonical) => view.compiled(canonical),
    compiledOf: (each) => view.compiledOf(each),
    conceptMap: (canonical) => view.conceptMap(canonical),
    conceptMaps: (direction, system) => view.conceptMaps(direction, system),
  }
}

/** A code system whose codes are here. @throws FhirError `not-found`. */
export function providerOf(view: TerminologyView, system: string, version?: string): CodeProvider {
  const provider = view.codeSystem(system, version)
  if (!provider) throw notHere(system, version)
  return provider
}

/** A code as one of two ways gives it: `coding`, or `code` with `system` and `version`. */
export function codeOf(
  input: OperationInput,
  names: {
    readonly code: string
    readonly coding: string
    readonly version?: string
    readonly display?: string
  },
): CodeReference | undefined {
  const coding = input.coding(names.coding)
  const code = input.text(names.code)
  if (coding && code !== undefined) {
    throw malformed(`Expected ${names.code} or ${names.coding}, found both; leave one of them out.`)
  }
  if (coding) return coding
  if (code === undefined) return undefined
  const [system, version, display] = ['system', names.version ?? 'version', names.display].map((name) =>
    name === undefined ? undefined : input.text(name),
  )
  return {
    code,
    ...(system === undefined ? {} : { system }),
    ...(version === undefined ? {} : { version }),
    ...(display === undefined ? {} : { display }),
  }
}
