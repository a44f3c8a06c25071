// HL7's validator test cases (https://github.com/FHIR/fhir-test-cases): each a file with what HL7's validator says of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { ConformanceSource } from '../../src/definitions/conformance.js'
import { firstOf } from '../../src/definitions/conformance.js'
import { r4 } from '../../src/definitions/r4.js'
import { r4Conformance } from '../../src/definitions/r4-conformance.js'
import { readXml } from '../../src/definitions/xml/read-xml.js'
import { FhirError } from '../../src/errors/fhir-error.js'
import { parseJson } from '../../src/fhir/json.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { r4Terminology } from '../../src/terminology/bundled.js'
import type { Finding, Rule } from '../../src/validation/contract.js'
import { createTargets } from '../../src/validation/rules/targets.js'
import { validateStructure } from '../../src/validation/structure.js'

/** An entry of the cases' manifest. */
export interface Hl7Case {
  readonly name: string
  readonly file: string
  readonly valid: boolean
  readonly supporting?: readonly string[]
  /** Profiles that the file is checked against from the start. */
  readonly profiles?: readonly string[]
  readonly packages?: readonly string[]
  /** What HL7's validator says when the file is checked against a profile besides. */
  readonly profile?: { readonly source: string; readonly valid: boolean }
}

/** What a check of a case's file says: the texts of its errors. */
export interface Verdict {
  readonly plain: readonly string[]
  /** With the case's profile; undefined where it has none, or where the profile cannot be read. */
  readonly profiled?: readonly string[]
}

export function readCases(folder: string): readonly Hl7Case[] {
  return JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Hl7Case[]
}

/** Checks the file of a case by structure and the given rules, with what supports the case at hand. */
export function judge(
  folder: string,
  hl7Case: Hl7Case,
  rules: (source: ConformanceSource) => readonly Rule[],
): Verdict {
  const files = [...(hl7Case.supporting ?? []), ...(hl7Case.profiles ?? [])]
  const profile = hl7Case.profile && readResource(folder, hl7Case.profile.source)
  const near = [...files.map((file) => readResource(folder, file)), profile].flatMap((found) => found ?? [])
  const source = firstOf(resourcesAsSource(near), resourcesAsSource(allResources(folder)), bundledSource)
  const asked = (hl7Case.profiles ?? []).flatMap((file) => urlOf(readResource(folder, file)))
  const check = (profiles: readonly string[]) =>
    errorsOf(readFileSync(path.join(folder, hl7Case.file), 'utf8'), profiles, source, rules(source))
  return {
    plain: check(asked),
    ...(profile ? { profiled: check([...asked, ...urlOf(profile)]) } : {}),
  }
}

/** Whether a verdict is HL7's, plain and with the profile. */
export function agrees({ valid, profile }: Hl7Case, { plain, profiled }: Verdict): boolean {
  if ((plain.length === 0) !== valid) return false
  return profile === undefined || profiled === undefined || (profiled.length === 0) === profile.valid
}

function errorsOf(
  text: string,
  profiles: readonly string[],
  definitions: ConformanceSource,
  rules: readonly Rule[],
): readonly string[] {
  let resource: AnyResource
  try {
    resource = parseJson(text).value as AnyResource
  } catch (error) {
    return [(error as Error).message]
  }
  const structure = validateStructure(resource).filter(({ severity }) => severity === 'error')
  if (structure.length > 0) return structure.map(({ diagnostics }) => String(diagnostics))
  const found: Finding[] = []
  const targets = createTargets(resource, resource.resourceType, {
    definitions,
    profiles,
    report: (finding) => found.push(finding),
    ask: () => undefined,
    missing: () => undefined,
  })
  for (const target of targets) {
    for (const rule of rules) {
      if (!rule.types || rule.types.includes(target.resource.resourceType)) rule.check(target)
    }
  }
  return found.filter(({ severity }) => severity === 'error').map((finding) => finding.text)
}

const bundledSource: ConformanceSource = {
  find(type, url, version) {
    if (type === 'CodeSystem' || type === 'ValueSet') return r4Terminology.find(type, url, version)
    if (type === 'SearchParameter') return searchParameters().get(url)
    return r4Conformance.find(type, url, version)
  },
}

let parameters: ReadonlyMap<string, AnyResource> | undefined

function searchParameters(): ReadonlyMap<string, AnyResource> {
  parameters ??= new Map(
    r4.resourceTypes.flatMap((base) =>
      [...r4.searchParameters(base).values()].map((parameter) => [
        parameter.url,
        { resourceType: 'SearchParameter', ...parameter, base: [base] },
      ]),
    ),
  )
  return parameters
}

function resourcesAsSource(resources: readonly AnyResource[]): ConformanceSource {
  return {
    find: (type, url) => resources.find((resource) => resource.resourceType === type && resource.url === url),
  }
}

let all: readonly AnyResource[] | undefined

/** Every profile in the folder: the manifest does not say which ones support a profile. */
function allResources(folder: string): readonly AnyResource[] {
  all ??= readdirSync(folder)
    .filter((file) => /\.(json|xml)$/.test(file) && !/bad-json|manifest/.test(file))
    .flatMap((file) => readResource(folder, file) ?? [])
    .filter(({ resourceType }) => resourceType === 'StructureDefinition')
  return all
}

function readResource(folder: string, file: string): AnyResource | undefined {
  const place = path.join(folder, file)
  if (!existsSync(place)) return undefined
  const text = readFileSync(place, 'utf8')
  try {
    return file.endsWith('.xml') ? readXml(text, r4) : (parseJson(text).value as AnyResource)
  } catch (error) {
    // One of HL7's profiles has its elements in another order than FHIR.
    if (FhirError.is(error) && error.code === 'malformed-xml') return undefined
    throw error
  }
}

function urlOf(resource: AnyResource | undefined): readonly string[] {
  return typeof resource?.url === 'string' ? [resource.url] : []
}
