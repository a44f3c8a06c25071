// The only module that knows saxes.
import { SaxesParser, type SaxesTagNS, type XMLDecl } from 'saxes'

export type XmlTag = SaxesTagNS

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
  let start = -1
  const refuse = (problem: string): never => {
    throw new XmlSyntaxError(problem, parser.position)
  }
  // Six handlers and no more: saxes keeps each as a property, and the seventh turns the parser into a dictionary, which
  // makes it five times slower. So its errors are caught, and the declaration is looked at later.
  parser.on('doctype', () => refuse('a DOCTYPE is not allowed in FHIR'))
  parser.on('opentagstart', ({ name }) => {
    if (start === -1) checkDeclaration(parser.xmlDecl, refuse)
    // Its name and what ends that were just read, and no other '<' is in a tag.
    start = parser.position - name.length - 2
    while (text.charCodeAt(start) !== 60) start--
    listener.opening(start)
  })
  parser.on('opentag', (tag) => listener.opened(tag, start))
  parser.on('closetag', (tag) => listener.closed(tag, parser.position))
  parser.on('text', (found) => listener.text(found))
  parser.on('cdata', (found) => listener.text(found))
  try {
    parser.write(text).close()
  } catch (error) {
    const [, problem] = (error instanceof Error && saxesError.exec(error.message)) || []
    if (problem !== undefined) refuse(problem)
    throw error
  }
}

const saxesError = /^\d+:\d+: (.*?)\.?$/s

function checkDeclaration({ version, encoding }: XMLDecl, refuse: (problem: string) => void): void {
  if (version !== undefined && version !== '1.0') refuse('FHIR is written in XML 1.0')
  if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) refuse('FHIR is written in UTF-8')
}
