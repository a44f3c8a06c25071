import type { Manifest } from './manifest.js'
import { compareVersions } from './versions.js'

/** Comes with the server. */
const builtIn = /^hl7\.fhir\.(r4\.)?(core|expansions|examples|elements|corexml)$/

/** A sentence for each package that others need and that is not there, or only in a lower version. */
export function missingDependencies(packages: readonly Manifest[]): string[] {
  const needed = new Map<string, { readonly version: string; readonly by: string[] }>()
  for (const { name, dependencies } of packages) {
    for (const [dependency, version] of Object.entries(dependencies)) {
      if (builtIn.test(dependency)) continue
      const best = packages
        .filter((each) => each.name === dependency)
        .map((each) => each.version)
        .sort(compareVersions)
        .at(-1)
      if (best !== undefined && !(/^\d/.test(version) && compareVersions(best, lowest(version)) < 0)) continue
      const known = needed.get(`${dependency} ${version}`)
      if (known) known.by.push(name)
      else needed.set(`${dependency} ${version}`, { version, by: [name] })
    }
  }
  return [...needed].map(
    ([key, { by }]) =>
      `${by.join(', ')} needs the package ${key}, which is not among packages; what it defines is not checked`,
  )
}

/** `6.5.x` begins at `6.5`. */
function lowest(version: string): string {
  return version.replace(/\.[x*]$/i, '')
}
