import { comparesNumber, type Extent, exact } from './decimals.js'
import { compositeElements, type Element, elementsOf, localTarget } from './elements.js'
import { comparesInstant, type Span, spanOf, spanOfPeriod } from './instants.js'
import type { NaiveParameter } from './parameters.js'
import { plainText, splitAt, unescaped } from './texts.js'

/** A token as it is stored. */
interface Token {
  readonly system?: string | undefined
  readonly code?: string | undefined
  readonly text?: string | undefined
  readonly types?: readonly { readonly system?: string; readonly code?: string }[]
}

/** Whether one alternative, still escaped, holds of what a parameter finds in a resource or an element of it. */
export function compares(
  root: unknown,
  parameter: NaiveParameter,
  modifier: string | undefined,
  asked: string,
  now: number,
): boolean {
  if (parameter.type === 'composite') {
    const values = splitAt(asked, '$')
    return compositeElements(root, parameter).some((element) =>
      (parameter.parts ?? []).every((part, index) =>
        compares(element, part, undefined, values[index] ?? '', now),
      ),
    )
  }
  return elementsOf(root, parameter).some((element) => {
    switch (parameter.type) {
      case 'token':
        return tokensOf(element).some((token) => comparesToken(token, modifier, asked))
      case 'string':
        return textsOf(element).some((text) => comparesText(text, modifier, unescaped(asked)))
      case 'date':
        return comparesInstant(spanOfElement(element), unescaped(asked), now)
      case 'number':
        return comparesNumber(extentOf(element), unescaped(asked))
      case 'quantity':
        return comparesQuantity(element, asked)
      case 'uri':
        return urisOf(element).some((url) => comparesUri(url, modifier, unescaped(asked)))
      default:
        return comparesReference(element, parameter, modifier, asked)
    }
  })
}

export function tokensOf({ source, node }: Element): Token[] {
  switch (source.kind) {
    case 'Coding':
      return [{ ...node, text: node.display }]
    case 'CodeableConcept': {
      const codings: Token[] = (node.coding ?? []).map((coding: { display?: string }) => ({
        ...coding,
        text: coding.display,
      }))
      return node.text === undefined ? codings : [...codings, { text: node.text }]
    }
    case 'Identifier':
      return [
        { system: node.system, code: node.value, text: node.type?.text, types: node.type?.coding ?? [] },
      ]
    default:
      return [{ system: source.system, code: String(node) }]
  }
}

function comparesToken(token: Token, modifier: string | undefined, asked: string): boolean {
  if (modifier === 'text') {
    return token.text !== undefined && plainText(token.text).startsWith(plainText(unescaped(asked)))
  }
  const [first = '', second, third] = splitAt(asked, '|').map(unescaped)
  if (modifier === 'of-type') {
    return (
      token.code === third &&
      (token.types ?? []).some(({ system, code }) => system === first && code === second)
    )
  }
  if (second === undefined) return token.code === first
  const systems = first === '' ? token.system === undefined : token.system === first
  return systems && (second === '' || token.code === second)
}

export function textsOf({ source, node }: Element): string[] {
  if (source.kind !== 'HumanName') return [node]
  const given: string[] = node.given ?? []
  return [...given, ...[node.family ?? []].flat(), [...given, ...[node.family ?? []].flat()].join(' ')]
}

export function comparesText(text: string, modifier: string | undefined, asked: string): boolean {
  if (modifier === 'exact') return text === asked
  const [held, wanted] = [plainText(text), plainText(asked)]
  if (modifier === 'contains') return held.includes(wanted)
  if (modifier === 'equals') return held === wanted
  return modifier === 'ends' ? held.endsWith(wanted) : held.startsWith(wanted)
}

export function spanOfElement({ source, node }: Element): Span {
  return source.kind === 'Period' ? spanOfPeriod(node) : spanOf(node)
}

export function extentOf({ source, node }: Element): Extent {
  if (source.kind === 'Range') return { low: exact(node.low.value), high: exact(node.high.value) }
  const value = exact(source.kind === 'Quantity' ? node.value : node)
  // The value itself counts with an equals sign only; nothing is closer to it than the last place.
  if (node.comparator === '<') return { low: exact(Number.NEGATIVE_INFINITY), high: value - 1n }
  if (node.comparator === '>') return { low: value + 1n, high: exact(Number.POSITIVE_INFINITY) }
  return { low: value, high: value }
}

const ucum = 'http://unitsofmeasure.org'
const milligrams: Readonly<Record<string, bigint>> = { mg: 1n, g: 1000n, kg: 1_000_000n }

/** Masses in UCUM compare by what they weigh (https://hl7.org/fhir/R4/search.html#quantity). */
function comparesQuantity(element: Element, asked: string): boolean {
  const { node } = element
  const [number = '', system, code] = splitAt(asked, '|').map(unescaped)
  const extent = extentOf(element)
  if (system === undefined) return comparesNumber(extent, number)
  if (system === '') return (node.code === code || node.unit === code) && comparesNumber(extent, number)
  if (system !== node.system) return false
  const [held, wanted] = [milligrams[node.code ?? ''], milligrams[code ?? '']]
  if (system !== ucum || wanted === undefined) return node.code === code && comparesNumber(extent, number)
  if (held === undefined) return false
  const low = node.comparator === '<' ? extent.low : extent.low * held
  const high = node.comparator === '>' ? extent.high : extent.high * held
  return comparesNumber({ low, high }, number, wanted * exact(1))
}

export function urisOf({ source, node }: Element): string[] {
  // A canonical is found with its version and without.
  return source.kind === 'canonical' && node.includes('|') ? [node, node.split('|')[0]] : [node]
}

function comparesUri(url: string, modifier: string | undefined, asked: string): boolean {
  const segments = (text: string) => (text.endsWith('/') ? text.slice(0, -1) : text).split('/')
  const startsWith = (long: string, short: string) =>
    long === short || segments(short).every((segment, index) => segments(long)[index] === segment)
  if (modifier === 'below') return startsWith(url, asked)
  return modifier === 'above' ? startsWith(asked, url) : url === asked
}

function comparesReference(
  { source, node }: Element,
  { targets = [] }: NaiveParameter,
  modifier: string | undefined,
  asked: string,
): boolean {
  if (modifier === 'identifier') {
    if (node.identifier === undefined) return false
    return comparesToken({ system: node.identifier.system, code: node.identifier.value }, undefined, asked)
  }
  const text = unescaped(asked)
  if (source.kind === 'canonical') return comparesCanonical(node, modifier, text)
  if (text.includes('://')) return node.reference === text
  const target = localTarget(node)
  if (!target) return false
  const [first = '', id] = text.split('/')
  if (id !== undefined) return target.type === first && target.id === id
  const types = modifier === undefined ? targets : [modifier]
  return target.id === first && (types.length === 0 || types.includes(target.type))
}

function comparesCanonical(held: string, modifier: string | undefined, asked: string): boolean {
  const [url, version] = held.split('|')
  const [wantedUrl, wanted] = asked.split('|')
  if (url !== wantedUrl) return false
  const startsWith = (long: string | undefined, short: string | undefined) =>
    (short?.split('.') ?? []).every((part, index) => long?.split('.')[index] === part)
  if (modifier === 'below') return startsWith(version, wanted)
  if (modifier === 'above') return startsWith(wanted, version)
  return wanted === undefined || wanted === version
}
