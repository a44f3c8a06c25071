import { UnusablePackage } from './package-error.js'

/** What `package.json` says of a package; of a plain folder or Bundle only the name. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly canonical?: string
  /** As listed, e.g. `4.0.1`; empty where nothing is said. */
  readonly fhirVersions: readonly string[]
  /** Version by name of package. */
  readonly dependencies: Readonly<Record<string, string>>
}

/**
 * Reads `package.json` (https://confluence.hl7.org/display/FHIR/NPM+Package+Specification).
 *
 * @throws UnusablePackage for what is no FHIR package, and for another FHIR version than 4.0
 */
export function readManifest(json: Readonly<Record<string, unknown>>): Manifest {
  const { name, version, canonical } = json
  if (typeof name !== 'string' || name === '') {
    throw new UnusablePackage(
      'package.json has no name.',
      'Give a FHIR package, or a folder of JSON resources without a package.json.',
    )
  }
  const dependencies = textsOf(json.dependencies)
  const fhirVersions = fhirVersionsOf(json, dependencies)
  if (fhirVersions.length > 0 && !fhirVersions.some((each) => /^4\.0(\.|$)/.test(each))) {
    throw new UnusablePackage(
      `expected a package for FHIR 4.0, found ${name} for ${fhirVersions.join(', ')}.`,
      `Look for the R4 edition, often named ${name}.r4, or take it out of the setting.`,
    )
  }
  return {
    name,
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof canonical === 'string' ? { canonical } : {}),
    fhirVersions,
    dependencies,
  }
}

/** Older packages say `fhir-version-list`, or only depend on the definitions of a version. */
function fhirVersionsOf(
  json: Readonly<Record<string, unknown>>,
  dependencies: Readonly<Record<string, string>>,
): string[] {
  const listed = [json.fhirVersions, json['fhir-version-list']].find(Array.isArray) ?? []
  const versions = listed.filter((each): each is string => typeof each === 'string')
  if (versions.length > 0) return versions
  return Object.entries(dependencies)
    .filter(([name]) => /^hl7\.fhir\.(r\d\w?\.)?core$/.test(name))
    .map(([, version]) => version)
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
