import { normalizeString } from '../search/normalize.js'
import { wordsOf } from '../search/words.js'
import { type Concept, type Contained, listIn } from './content.js'
import type { Designation, KnownCode } from './membership.js'
import type { CodeSource, CompiledValueSet } from './value-set.js'

/**
 * What codes of a value set are called: as the value set says, else as their system does
 * (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.compose.include.concept.display).
 */
export class Names {
  readonly #source: CodeSource
  readonly #own: ReadonlyMap<string, Concept | Contained>

  constructor(set: CompiledValueSet | undefined, source: CodeSource) {
    this.#source = source
    this.#own = set ? ownNames(set) : new Map()
  }

  of(system: string, code: string, version?: string): KnownCode {
    const known = this.#source.codeSystem(system, version)?.lookup(code)
    const own = this.#own.get(`${system}|${code}`)
    const display = own?.display ?? known?.display
    const added = own && 'designation' in own ? designationsOf(own) : []
    return {
      code: known?.code ?? code,
      ...(typeof display === 'string' ? { display } : {}),
      designations: [...added, ...(known?.designations ?? [])],
      inactive: known?.inactive ?? false,
      abstract: known?.abstract ?? false,
    }
  }
}

function ownNames(set: CompiledValueSet): Map<string, Concept | Contained> {
  const names = new Map<string, Concept | Contained>()
  const add = (named: Contained): void => {
    if (named.system && named.code) names.set(`${named.system}|${named.code}`, named)
    for (const each of listIn(named.contains)) add(each)
  }
  for (const each of listIn(set.resource.expansion?.contains)) add(each)
  for (const { set: part, valueSets } of set.includes) {
    for (const nested of valueSets) for (const [key, named] of ownNames(nested)) names.set(key, named)
    for (const concept of listIn(part.concept)) {
      if (concept.display !== undefined || concept.designation) {
        names.set(`${part.system}|${concept.code}`, concept)
      }
    }
  }
  return names
}

/** The designations of a concept that have a text. */
export function designationsOf({ designation }: Concept): Designation[] {
  return listIn(designation).flatMap(({ language, use, value }) =>
    typeof value !== 'string'
      ? []
      : [
          {
            value,
            ...(typeof language === 'string' ? { language } : {}),
            ...(typeof use?.code === 'string' ? { use: { ...use, code: use.code } } : {}),
          },
        ],
  )
}

/** The name in a language: one of exactly it, else of the same language elsewhere, else the display. */
export function displayIn(known: KnownCode, language: string | undefined): string | undefined {
  for (const wanted of (language ?? '').split(',')) {
    const tag = wanted.split(';')[0]?.trim().toLowerCase() ?? ''
    if (tag === '') continue
    const base = tag.split('-')[0]
    const names = known.designations
    const found =
      names.find((each) => each.language?.toLowerCase() === tag) ??
      names.find((each) => each.language?.toLowerCase().split('-')[0] === base)
    if (found) return found.value
  }
  return known.display
}

/** Whether a code has a name with words that begin like each word of the text, without case and accents. */
export function textMatcher(text: string): (known: KnownCode) => boolean {
  const wanted = wordsOf(text)
  const start = normalizeString(text)
  return ({ code, display, designations }) => {
    if (code.toLowerCase().startsWith(start)) return true
    const words = [display ?? '', ...designations.map(({ value }) => value)].flatMap(wordsOf)
    return wanted.length > 0 && wanted.every((each) => words.some((word) => word.startsWith(each)))
  }
}

/** Whether a text is one of the names of a code, as `display` is validated. */
export function isNameOf(text: string, { display, designations }: KnownCode): boolean {
  const wanted = normalizeString(text)
  return [display, ...designations.map(({ value }) => value)].some(
    (name) => name !== undefined && normalizeString(name) === wanted,
  )
}
