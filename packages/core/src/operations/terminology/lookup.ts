import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import { defineOperation, type OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import { type ConceptProperty, listIn } from '../../terminology/content.js'
import type { Designation, KnownCode } from '../../terminology/membership.js'
import { displayIn } from '../../terminology/names.js'
import type { CodeProvider } from '../../terminology/provider.js'
import { asking, parameter, parameters } from './asking.js'
import { malformed, OperationInput } from './input.js'
import { codeOf, providerOf } from './system-of.js'

/** Children that are shown; a concept may have thousands. */
const maxRelatives = 1000

/** `CodeSystem/$lookup`: what a code means (https://hl7.org/fhir/R4/codesystem-operation-lookup.html). */
export function lookupOperation(parts: () => EngineParts): OperationDefinition {
  return defineOperation({
    name: 'lookup',
    url: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup',
    level: { type: true },
    types: ['CodeSystem'],
    affectsState: false,
    run: (interaction, ctx) => {
      const input = new OperationInput(interaction)
      return asking(parts(), ctx, (view) => lookup(view, input))
    },
  })
}

function lookup(view: TerminologyView, input: OperationInput): AnyResource {
  const asked = codeOf(input, { code: 'code', coding: 'coding' })
  if (!asked) throw malformed('Expected code and system, or coding; neither is there.')
  const { system, code, version } = asked
  if (system === undefined) throw malformed('Expected the system of the code; it is missing.')
  const provider = providerOf(view, system, version)
  const known = provider.lookup(code)
  if (!known) throw new FhirError('not-found', `The code system ${system} has no code ${code}.`)
  const wanted = input.texts('property')
  const described = view.describing(system, version)
  return parameters([
    ...parameter('name', 'String', described?.title ?? described?.name ?? provider.title ?? system),
    ...parameter('version', 'String', provider.version ?? version),
    ...parameter('display', 'String', displayIn(known, input.text('displayLanguage')) ?? known.code),
    ...known.designations.filter((each) => isWanted(each, wanted)).map(designation),
    ...properties(provider, known, wanted),
  ])
}

function isWanted({ language }: Designation, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes('designation') || wanted.includes(`lang.${language}`)
}

function designation({ language, use, value }: Designation): Record<string, unknown> {
  return {
    name: 'designation',
    part: [
      ...parameter('language', 'Code', language),
      ...parameter('use', 'Coding', use),
      ...parameter('value', 'String', value),
    ],
  }
}

/** Properties that every system has, then those of its own; all of them where none is asked for. */
function properties(
  provider: CodeProvider,
  known: KnownCode,
  wanted: readonly string[],
): Record<string, unknown>[] {
  const concept = provider.concept?.(known.code)
  const asked = (name: string) => wanted.length === 0 || wanted.includes(name)
  const relatives = (name: string, codes: Iterable<string>) =>
    asked(name)
      ? [...codes]
          .slice(0, maxRelatives)
          .map((code) => property(name, { valueCode: code }, provider.lookup(code)?.display))
      : []
  const own = concept ? listIn(concept.property) : namedProperties(provider, known.code, wanted)
  const names = new Set(own.map(({ code }) => code))
  const definition =
    asked('definition') && typeof concept?.definition === 'string'
      ? [property('definition', { valueString: concept.definition })]
      : []
  const inactive =
    asked('inactive') && known.inactive && !names.has('inactive')
      ? [property('inactive', { valueBoolean: true })]
      : []
  return [
    ...definition,
    ...relatives('parent', provider.parents(known.code)),
    ...relatives('child', provider.children(known.code)),
    ...inactive,
    ...own
      .filter(({ code = '' }) => code !== 'parent' && code !== 'child' && asked(code))
      .map(({ code = '', ...value }) => property(code, valueIn(value))),
  ]
}

/** Of a system that does not tell the names of its properties only the ones asked for. */
function namedProperties(provider: CodeProvider, code: string, wanted: readonly string[]): ConceptProperty[] {
  const names = wanted.length > 0 ? wanted : (provider.properties ?? [])
  return names
    .filter((name) => !['parent', 'child', 'definition', 'designation', 'display', 'code'].includes(name))
    .flatMap((name) => provider.property(code, name).map((value) => ({ code: name, valueString: value })))
}

function valueIn(property: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(property).filter(([name]) => name.startsWith('value')))
}

function property(
  code: string,
  value: Readonly<Record<string, unknown>>,
  description?: string,
): Record<string, unknown> {
  return {
    name: 'property',
    part: [
      { name: 'code', valueCode: code },
      { name: 'value', ...value },
      ...parameter('description', 'String', description),
    ],
  }
}
