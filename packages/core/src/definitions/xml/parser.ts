// The only module that knows saxes.
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'

export type XmlTag = SaxesTagNS
export type XmlAttribute = SaxesAttributeNS

/** Hears what an XML text says, in its order. Positions are offsets into the text. */
export interface XmlListener {
  /** Before the attributes of a tag are read. */
  opening(start: number): void
  opened(tag: XmlTag, start: number): void
  closed(tag: XmlTag, end: number): void
  /** Characters between tags, entities and CDATA resolved. */
  text(text: string): void
}

/** A text that is no XML this server reads; `offset` is where. */
export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError'
  readonly offset: number

  constructor(problem: string, offset: number) {
    super(problem)
    this.offset = offset
  }
}

/**
 * Parses one XML 1.0 document with namespaces. No DTD: without one there are no entities to expand, and nothing outside
 * of the text is ever asked for. The listener bounds depth by throwing from `opening`.
 *
 * @throws XmlSyntaxError
 */
export function parseXml(text: string, listener: XmlListener): void {
  const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true })
  let start = 0
  const refuse = (problem: string): never => {
    throw new XmlSyntaxError(problem, parser.position)
  }
  parser.on('error', ({ message }) => refuse(message.replace(/^(?:\d+:\d+: )?(.*?)\.?$/s, '$1')))
  parser.on('doctype', () => refuse('a DOCTYPE is not allowed in FHIR'))
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0') refuse('FHIR is written in XML 1.0')
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) refuse('FHIR is written in UTF-8')
  })
  parser.on('opentagstart', ({ name }) => {
    // Its name and what ends that were just read, and no other '<' is in a tag.
    start = parser.position - name.length - 2
    while (text.charCodeAt(start) !== 60) start--
    listener.opening(start)
  })
  parser.on('opentag', (tag) => listener.opened(tag, start))
  parser.on('closetag', (tag) => listener.closed(tag, parser.position))
  parser.on('text', (found) => listener.text(found))
  parser.on('cdata', (found) => listener.text(found))
  parser.write(text).close()
}
