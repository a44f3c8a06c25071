import { FhirError } from '../../errors/fhir-error.js'
import type { AnyResource } from '../../fhir/types.js'
import type { EngineParts } from '../../interactions/engine.js'
import type { OperationDefinition } from '../../plugin/operation.js'
import type { TerminologyView } from '../../terminology/asking.js'
import { propertyText } from '../../terminology/code-system.js'
import type { CodeSystemResource } from '../../terminology/content.js'
import type { CodeProvider } from '../../terminology/provider.js'
import { parameter, parameters } from './asking.js'
import { terminologyOperation } from './define.js'
import { malformed, type OperationInput, partsOf } from './input.js'
import { providerOf, withSystem } from './system-of.js'

/** Matches that one answer has. */
const maxMatches = 100
/** Codes that are looked at. */
const maxScanned = 100_000

interface Wanted {
  readonly code: string
  readonly text: string
  /** As it was sent, for what is not matched. */
  readonly value: Readonly<Record<string, unknown>>
}

/**
 * `CodeSystem/$find-matches`: codes by their properties (https://hl7.org/fhir/R4/codesystem-operation-find-matches.html).
 * Codes with all of the properties; where there is none, and `exact` is false, those with the most of them.
 */
export function findMatchesOperation(parts: () => EngineParts): OperationDefinition {
  return terminologyOperation<CodeSystemResource>(parts, {
    type: 'CodeSystem',
    name: 'find-matches',
    answer: findMatches,
  })
}

function findMatches(
  view: TerminologyView,
  input: OperationInput,
  instance: CodeSystemResource | undefined,
): AnyResource {
  const system = instance?.url ?? input.required('system', 'the URL of the code system')
  const provider = providerOf(instance ? withSystem(view, instance) : view, system, input.text('version'))
  if (provider.size === undefined) {
    throw new FhirError('too-costly', `The codes of ${system} have no end, so they cannot be searched.`)
  }
  const exact = input.boolean('exact')
  if (exact === undefined) throw malformed('Expected the parameter exact, true or false; it is missing.')
  if (input.boolean('compositional')) {
    throw new FhirError('not-implemented', 'Codes are not composed here; leave compositional out.')
  }
  const wanted = input.named('property').map(readProperty)
  if (wanted.length === 0) throw malformed('Expected at least one property, with code and value.')
  const { codes, met } = best(provider, wanted, exact ? wanted.length : 1)
  return parameters(codes.map((code) => match(provider, code, wanted, met < wanted.length)))
}

/** The codes that have the most of what is wanted, and how much that is. */
function best(
  provider: CodeProvider,
  wanted: readonly Wanted[],
  least: number,
): { readonly codes: readonly string[]; readonly met: number } {
  let codes: string[] = []
  let met = least
  let scanned = 0
  for (const code of candidates(provider, wanted)) {
    if (++scanned > maxScanned) {
      throw new FhirError(
        'too-costly',
        `${provider.system} has too many codes with one of these properties; give rarer ones only.`,
      )
    }
    const count = wanted.filter((each) => has(provider, code, each)).length
    if (count > met) {
      codes = []
      met = count
    }
    if (count === met && codes.length < maxMatches) codes.push(code)
    if (met === wanted.length && codes.length === maxMatches) break
  }
  return { codes, met }
}

/** Every code that has one of the properties, in the order of the system where it is held in memory. */
function candidates(provider: CodeProvider, wanted: readonly Wanted[]): Iterable<string> {
  if (provider.below) return provider.codes()
  const found = new Set<string>()
  for (const { code, text } of wanted) for (const each of withProperty(provider, code, text)) found.add(each)
  return found
}

function withProperty(provider: CodeProvider, property: string, value: string): Iterable<string> {
  if (property === 'parent') return provider.children(value)
  if (property === 'child') return provider.parents(value)
  if (property === 'code') return provider.spelled(value) === undefined ? [] : [value]
  return provider.filter?.(property, '=', value)?.candidates?.() ?? provider.codes()
}

function has(provider: CodeProvider, code: string, { code: property, text }: Wanted): boolean {
  return provider.property(code, property).includes(text)
}

function match(
  provider: CodeProvider,
  code: string,
  wanted: readonly Wanted[],
  partial: boolean,
): Record<string, unknown> {
  const { system, version } = provider
  const display = provider.lookup(code)?.display
  const coding = { system, ...(version ? { version } : {}), code, ...(display ? { display } : {}) }
  const missing = wanted.filter((each) => !has(provider, code, each))
  return {
    name: 'match',
    part: [
      { name: 'code', valueCoding: coding },
      ...missing.map((each) => ({
        name: 'unmatched',
        part: [
          { name: 'code', valueCode: each.code },
          { name: 'value', ...each.value },
        ],
      })),
      ...(partial ? parameter('comment', 'String', 'Has not all of the properties.') : []),
    ],
  }
}

function readProperty(property: Readonly<Record<string, unknown>>): Wanted {
  const parts = partsOf(property)
  const code = parts.find(({ name }) => name === 'code')?.valueCode
  const { name: _, ...value } = parts.find(({ name }) => name === 'value') ?? {}
  const text = propertyText(value)
  if (typeof code === 'string' && text !== undefined) return { code, text, value }
  throw malformed('property: expected the parts code, as valueCode, and value.')
}
