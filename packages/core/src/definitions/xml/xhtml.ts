// Narrative: XML in XML, and its text in JSON. https://hl7.org/fhir/R4/narrative.html#xhtml
import { decodeHTML } from 'entities'
import { escapeXml } from './escape.js'
import { xhtmlNamespace } from './fields.js'
import { parseXml, type XmlTag } from './parser.js'

/** Follows a `div` to its end, to give its source text. */
export class DivReader {
  readonly #tag: XmlTag
  readonly #start: number
  /** How many of the open tags declare a prefix. */
  readonly #declared = new Map<string, number>()
  /** Prefixes that were declared outside of the div. */
  readonly #outer = new Map<string, string>()
  /** Tags that are open. */
  depth = 1

  /** Why a tag does not begin a narrative; undefined where it does. */
  static problemOf(tag: XmlTag): string | undefined {
    if (tag.uri === xhtmlNamespace) return undefined
    return `the namespace of the narrative's div is '${tag.uri.slice(0, 80)}'; it has to be xmlns="${xhtmlNamespace}"`
  }

  constructor(tag: XmlTag, start: number) {
    this.#tag = tag
    this.#start = start
    this.opened(tag)
  }

  opened(tag: XmlTag): void {
    for (const prefix in tag.ns) this.#declared.set(prefix, (this.#declared.get(prefix) ?? 0) + 1)
    this.#use(tag.prefix, tag.uri)
    for (const name in tag.attributes) {
      const { prefix, uri } = tag.attributes[name] as { prefix: string; uri: string }
      if (prefix !== '' && prefix !== 'xmlns' && prefix !== 'xml') this.#use(prefix, uri)
    }
  }

  closed(tag: XmlTag): void {
    for (const prefix in tag.ns) this.#declared.set(prefix, (this.#declared.get(prefix) ?? 0) - 1)
    this.depth--
  }

  /** As it is written, with the line ends that XML has, and with the namespaces that were declared further out. */
  source(text: string, end: number): string {
    const source = text.slice(this.#start, end).replace(/\r\n?/g, '\n')
    if (this.#outer.size === 0) return source
    const declarations = [...this.#outer].map(
      ([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeXml(uri)}"`,
    )
    const cut = 1 + this.#tag.name.length
    return source.slice(0, cut) + declarations.join('') + source.slice(cut)
  }

  #use(prefix: string, uri: string): void {
    if (!((this.#declared.get(prefix) ?? 0) > 0)) this.#outer.set(prefix, uri)
  }
}

const plainDiv = `<div xmlns="${xhtmlNamespace}">`
const namedEntity = /&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;/g

/**
 * The narrative of JSON as it can stand in a document: unchanged where it is well-formed, which nearly all is. What is not
 * could end the document or change what comes after it, so it becomes characters: HTML's named entities where these are
 * all that is wrong, else the whole text.
 */
export function writeDiv(div: string): string {
  const trimmed = div.trim()
  const found =
    wellFormed(trimmed) ?? wellFormed(trimmed.replace(namedEntity, (entity) => decodeHTML(entity)))
  return found ?? `${plainDiv}${escapeXml(div)}</div>`
}

/** The text, in XHTML's namespace, if it is one element. */
function wellFormed(text: string): string | undefined {
  if (!text.startsWith('<')) return undefined
  let root: XmlTag | undefined
  let depth = 0
  let end = 0
  try {
    parseXml(text, {
      opening: () => {
        if (++depth > maxDivDepth) throw new RangeError('too deep')
      },
      opened: (tag) => {
        root ??= tag
      },
      closed: (_tag, at) => {
        depth--
        end = at
      },
      text: () => {},
    })
  } catch {
    return undefined
  }
  // Neither an XML declaration nor anything around the element.
  if (!root || end !== text.length || !text.startsWith(`<${root.name}`)) return undefined
  if (root.local !== 'div') return undefined
  if (root.uri === xhtmlNamespace) return text
  if (root.uri !== '') return undefined
  return `${plainDiv.slice(0, -1)}${text.slice('<div'.length)}`
}

/** What saxes resolves of namespaces grows with the depth. */
const maxDivDepth = 1000
