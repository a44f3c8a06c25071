import { decodeHTML } from 'entities'
import type { AnyResource } from '../../fhir/types.js'
import { wordsOf } from '../words.js'
import { arrayOf, objectOf, textOf } from './json.js'

// https://hl7.org/fhir/R4/search.html#text

/** Markup that may stand within a word; any other tag ends one. */
const within =
  /<\/?(?:a|abbr|b|big|bdo|cite|code|del|em|i|ins|kbd|q|small|span|strong|sub|sup|tt|var)(?:\s[^<>]*)?>/gi
const markup = /<[^<>]*>/g

/** The words of the narrative: of the text of `text.div`, without markup, entities decoded. */
export function narrativeWords(resource: AnyResource): string[] {
  const div = textOf(objectOf(resource.text)?.div)
  return div === undefined ? [] : wordsOf(plainText(div))
}

function plainText(xhtml: string): string {
  const text = xhtml.includes('<') ? xhtml.replace(within, '').replace(markup, ' ') : xhtml
  return text.includes('&') ? decodeHTML(text) : text
}

/** Identity, addresses and bytes: nothing that people read. */
const skipped = new Set([
  'resourceType',
  'id',
  'reference',
  'system',
  'url',
  'uri',
  'data',
  'hash',
  'valueBase64Binary',
])

/** URLs, URNs, relative references and dates, by their shape, wherever they stand. */
const address = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\S+|[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?:\/_history\/\S+)?)$/
const date = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/

/**
 * The words of all texts of a resource: of every string in it, contained resources and extensions included, names and
 * codes too, the narrative without its markup. Ids, URLs, references, systems, dates and base64 content do not count,
 * nor do numbers.
 */
export function contentWords(resource: AnyResource): string[] {
  const texts: string[] = []
  collect(resource, texts)
  return wordsOf(texts.join('\n'))
}

function collect(node: unknown, texts: string[]): void {
  if (typeof node === 'string') {
    if (!date.test(node) && !address.test(node)) texts.push(node)
    return
  }
  if (Array.isArray(node)) {
    for (const each of arrayOf(node)) collect(each, texts)
    return
  }
  const fields = objectOf(node)
  if (!fields) return
  for (const [key, value] of Object.entries(fields)) {
    if (skipped.has(key)) continue
    if (key === 'div' && typeof value === 'string') texts.push(plainText(value))
    else collect(value, texts)
  }
}
