import { FhirError } from '../../errors/fhir-error.js'
import type { TerminologyView } from '../../terminology/asking.js'
import { notHere } from '../../terminology/concept-part.js'
import { type CodeSource, ValueSetCompiler } from '../../terminology/value-set.js'
import { malformed, type OperationInput } from './input.js'

/**
 * The view in which code systems have the versions that a request asks for: `system-version` where the value set names
 * none, `force-system-version` always; `check-system-version` refuses any other.
 */
export function withVersions(view: TerminologyView, input: OperationInput): TerminologyView {
  const usual = versions(input, 'system-version')
  const forced = versions(input, 'force-system-version')
  const checked = versions(input, 'check-system-version')
  if (usual.size + forced.size + checked.size === 0) return view
  const source: CodeSource = {
    valueSet: (canonical) => view.valueSet(canonical),
    codeSystem(url, version) {
      const asked = forced.get(url) ?? version ?? usual.get(url)
      const provider = view.codeSystem(url, asked)
      if (!provider && asked !== undefined) throw notHere(url, asked)
      const wanted = checked.get(url)
      if (provider && wanted !== undefined && provider.version !== wanted) {
        throw new FhirError(
          'business-rule',
          `check-system-version: expected the version ${wanted} of ${url}, found ${provider.version ?? 'none'}.`,
        )
      }
      return provider
    },
  }
  const compiler = new ValueSetCompiler(source)
  return {
    ...source,
    compiled: (canonical) => compiler.byCanonical(canonical),
    compiledOf: (resource) => compiler.resource(resource, resource.url ?? 'of the request'),
    describing: (url, version) => view.describing(url, version),
    conceptMap: (canonical) => view.conceptMap(canonical),
    conceptMaps: (direction, system) => view.conceptMaps(direction, system),
  }
}

function versions(input: OperationInput, name: string): Map<string, string> {
  return new Map(
    input.texts(name).map((canonical): [string, string] => {
      const [url, version] = canonical.split('|')
      if (url && version) return [url, version]
      throw malformed(`${name}: expected system|version, found '${canonical.slice(0, 200)}'.`)
    }),
  )
}
