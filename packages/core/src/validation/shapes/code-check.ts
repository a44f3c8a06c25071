import type { ConformanceSource } from '../../definitions/conformance.js'
import { parseCanonical } from '../../fhir/references.js'
import type { CodeReference, KnownCode, Membership } from '../../terminology/membership.js'
import type { Finding } from '../contract.js'
import { clip } from '../names.js'
import { BoundedCache } from './bounded-cache.js'
import type { ElementBinding } from './element-definition.js'
import { type Item, isObject } from './items.js'
import { nearCodes, someCodes } from './near-codes.js'
import { shownUrl } from './shown.js'
import type { Sink } from './sink.js'
import type { Spot } from './spot.js'

const cacheSize = 20_000

interface Binding extends ElementBinding {
  readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[]
}

const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'

/** Judges codes: whether they are in the value sets that they are bound to, and in their code systems. */
export class CodeCheck {
  readonly #membership: Membership
  readonly #definitions: ConformanceSource
  readonly #members = new BoundedCache<boolean | undefined>(cacheSize)
  readonly #codes = new BoundedCache<KnownCode | false | undefined>(cacheSize)
  readonly #systems = new BoundedCache<readonly string[] | undefined>(1000)

  constructor(membership: Membership, definitions: ConformanceSource) {
    this.#membership = membership
    this.#definitions = definitions
  }

  /** Whether one of the codes is a member; undefined where this cannot be told here. */
  contains(valueSet: string, codes: readonly CodeReference[]): boolean | undefined {
    let told: boolean | undefined = false
    for (const code of codes) {
      const key = `${valueSet} ${code.system ?? ''}|${code.version ?? ''} ${code.code}`
      const member = this.#members.get(key, () => this.#membership.contains(valueSet, code))
      if (member) return true
      if (member === undefined) told = undefined
    }
    return told
  }

  /**
   * Whether an item is in the value set that it is bound to
   * (https://hl7.org/fhir/R4/terminologies.html#strength). Says nothing of types that have no code.
   */
  binding(binding: Binding, item: Item, sink: Sink, profile?: string): void {
    const { strength, valueSet } = binding
    if (valueSet === undefined || strength === 'example') return
    const codes = codesOf(item)
    if (!codes) return
    if (codes.length === 0) {
      if (strength === 'required' && isConcept(item)) {
        this.#noCoding(valueSet, item, sink, profile)
      }
      return
    }
    const most =
      strength === 'required'
        ? undefined
        : binding.extension?.find(({ url }) => url === maxValueSet)?.valueCanonical
    // What is not even in the widest set needs no advice about the preferred one.
    if (most !== undefined && this.#bound('required', most, codes, item, sink, profile) === false) return
    this.#bound(strength, valueSet, codes, item, sink, profile)
  }

  /** Reports what is no member, and asks where this cannot be told; returns what was told. */
  #bound(
    strength: 'required' | 'extensible' | 'preferred',
    valueSet: string,
    codes: readonly CodeReference[],
    item: Item,
    sink: Sink,
    profile: string | undefined,
  ): boolean | undefined {
    const member = this.contains(valueSet, codes)
    if (member) return true
    const { expression } = item.spot
    if (member === undefined) {
      sink.ask({ strength, valueSet, codes, expression })
      return undefined
    }
    const found = codes.map(named).join(', ')
    const list = strength === 'required' ? someCodes(this.#definitions, valueSet) : ''
    const expected = `${expression}: expected a code of ${valueSet}${list}`
    sink.report({
      severity: this.#severity(strength, valueSet, codes),
      code: 'code-invalid',
      expression,
      text: `${expected} (binding ${strength}${profile ? ` in ${profile}` : ''}), found ${found}. ${remedies[strength]}`,
      ...(profile ? { profile } : {}),
    })
    return false
  }

  /** A code of a system that an extensible value set has nothing of may well be what the value set lacks. */
  #severity(
    strength: 'required' | 'extensible' | 'preferred',
    valueSet: string,
    codes: readonly CodeReference[],
  ): Finding['severity'] {
    if (strength === 'required') return 'error'
    if (strength === 'preferred') return 'information'
    const systems = this.#systems.get(valueSet, () => this.#systemsOf(valueSet, 0))
    const covered = !systems || codes.some(({ system }) => system === undefined || systems.includes(system))
    return covered ? 'warning' : 'information'
  }

  /** The systems that a value set takes codes from; undefined where this is not known. */
  #systemsOf(valueSet: string, depth: number): readonly string[] | undefined {
    const { url, version } = parseCanonical(valueSet)
    const compose = this.#definitions.find('ValueSet', url, version)?.compose
    if (!isObject(compose) || !Array.isArray(compose.include) || depth > 5) return undefined
    const systems: string[] = []
    for (const part of compose.include) {
      if (!isObject(part)) return undefined
      if (typeof part.system === 'string') systems.push(part.system)
      for (const other of Array.isArray(part.valueSet) ? part.valueSet : []) {
        const further = this.#systemsOf(String(other), depth + 1)
        if (!further) return undefined
        systems.push(...further)
      }
    }
    return systems
  }

  #noCoding(valueSet: string, { spot: { expression } }: Item, sink: Sink, profile?: string): void {
    sink.report({
      severity: 'error',
      code: 'code-invalid',
      expression,
      text: `${expression}: expected a coding with a code of ${valueSet} (binding required${profile ? ` in ${profile}` : ''}), found none. Text alone is not enough here.`,
      ...(profile ? { profile } : {}),
    })
  }

  /** Whether the code of a Coding exists in its system, and has the name that it is given. */
  coding(coding: unknown, spot: Spot, sink: Sink): void {
    if (!isObject(coding)) return
    const { system, code, version, display } = coding
    if (typeof system !== 'string' || typeof code !== 'string') return
    const key = `${system}|${typeof version === 'string' ? version : ''} ${code}`
    const known = this.#codes.get(key, () =>
      this.#membership.lookup(system, code, typeof version === 'string' ? version : undefined),
    )
    if (known === undefined) return
    if (known === false) {
      const near = nearCodes(this.#definitions, system, code)
      const { expression } = spot
      sink.report({
        severity: 'error',
        code: 'code-invalid',
        expression,
        text: `${expression}: expected a code of ${shownUrl(system)}, found '${clip(code)}', which this system does not have. ${near}`.trim(),
      })
      return
    }
    if (typeof display === 'string' && known.formed !== true) this.#display(display, known, spot, sink)
  }

  #display(display: string, known: KnownCode, spot: Spot, sink: Sink): void {
    const names = [known.display, ...known.designations.map(({ value }) => value)].filter(
      (name): name is string => name !== undefined,
    )
    if (names.length === 0) return
    const plain = plainName(display)
    if (names.some((name) => name === display || plainName(name) === plain)) return
    const expression = `${spot.expression}.display`
    sink.report({
      severity: 'warning',
      code: 'invalid',
      expression,
      text: `${expression}: expected a name of ${clip(known.code)} such as '${clip(names[0] ?? '')}', found '${clip(display)}'. Correct the display or leave it out.`,
    })
  }
}

const remedies = {
  required: 'Use one of its codes.',
  extensible: 'Use one of its codes unless none of them fits.',
  preferred: 'Its codes are the ones recommended here.',
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

function named({ system, code }: CodeReference): string {
  return system === undefined ? `'${clip(code)}'` : `'${clip(code)}' of ${shownUrl(system)}`
}

function isConcept({ value, type }: Item): boolean {
  return type === 'CodeableConcept' || type === 'Coding' || (isObject(value) && 'coding' in value)
}

/** The codes of an item: none of a concept that has only text, undefined for a type that has no codes. */
export function codesOf({ value, type }: Item): readonly CodeReference[] | undefined {
  if (typeof value === 'string') return [{ code: value }]
  if (!isObject(value)) return undefined
  if (Array.isArray(value.coding)) return value.coding.flatMap(codeOf)
  if (type === 'CodeableConcept') return []
  if (typeof value.code === 'string') return codeOf(value)
  return type === 'Coding' ? [] : undefined
}

function codeOf(coding: unknown): CodeReference[] {
  if (!isObject(coding) || typeof coding.code !== 'string') return []
  const { code, system, version } = coding
  return [
    {
      code,
      ...(typeof system === 'string' ? { system } : {}),
      ...(typeof version === 'string' ? { version } : {}),
    },
  ]
}
