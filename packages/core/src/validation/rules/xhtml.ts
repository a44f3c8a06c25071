import { SaxesParser } from 'saxes'
import { attributeProblem, elements } from './xhtml-vocabulary.js'

/** What an XHTML fragment holds, read once. */
export interface Xhtml {
  /** What is wrong with it, in words; empty if nothing is. */
  readonly problems: readonly XhtmlProblem[]
  /** Whether there is something to see: text that is not only white space, or an image. */
  readonly hasContent: boolean
  /** Targets of links within it: `id` attributes, and `name` of anchors. */
  readonly ids: readonly string[]
  /** Links to ids, without the `#`. */
  readonly links: readonly string[]
  /** Where images come from that are not within the resource. */
  readonly externalImages: readonly string[]
}

export interface XhtmlProblem {
  /** `form`: no well-formed XML. `content`: what a narrative may not have (invariant txt-1). */
  readonly kind: 'form' | 'content'
  readonly text: string
}

const xhtmlNamespace = 'http://www.w3.org/1999/xhtml'
const mostProblems = 5
const deepest = 500

interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/**
 * Reads the XHTML of a narrative (https://hl7.org/fhir/R4/narrative.html#xhtml): XML with one `div` in the XHTML namespace,
 * only the elements and attributes allowed there, no scripts, no DTD and no entities but those of XML.
 *
 * Never throws.
 */
export function readXhtml(text: string): Xhtml {
  const reader = new XhtmlReader()
  reader.read(text)
  return reader
}

class XhtmlReader implements Xhtml {
  readonly problems: XhtmlProblem[] = []
  readonly ids: string[] = []
  readonly links: string[] = []
  readonly externalImages: string[] = []
  hasContent = false
  #depth = 0

  read(text: string): void {
    // What follows an error of form is guesswork of the parser, so only the first is told.
    let broken = false
    const parser = new SaxesParser({ position: false })
    parser.on('error', (error) => {
      if (!broken) this.#problem('form', formText(error.message))
      broken = true
    })
    parser.on('opentag', (tag) => {
      if (!broken) this.#open(tag as Tag)
    })
    parser.on('closetag', () => {
      this.#depth--
    })
    parser.on('text', (content) => {
      if (!this.hasContent && content.trim() !== '') this.hasContent = true
    })
    parser.on('doctype', () => this.#problem('content', 'a document type (<!DOCTYPE>) is not allowed.'))
    parser.on('processinginstruction', ({ target }) => {
      this.#problem('content', `a processing instruction (<?${target}?>) is not allowed.`)
    })
    parser.write(text.trim()).close()
  }

  #open({ name, attributes }: Tag): void {
    this.#depth++
    if (this.#depth === 1) this.#checkRoot(name, attributes)
    if (this.#depth === deepest) this.#problem('content', `more than ${deepest} elements are nested.`)
    if (!elements.has(name)) {
      this.#problem('content', `the element <${name}> is not allowed in a narrative.`)
      return
    }
    for (const attribute in attributes) {
      const value = attributes[attribute] ?? ''
      const problem = attributeProblem(name, attribute, value)
      if (problem !== undefined) this.#problem('content', problem)
    }
    this.#note(name, attributes)
  }

  #checkRoot(name: string, { xmlns }: Tag['attributes']): void {
    if (name !== 'div') this.#problem('content', `expected a <div> around everything, found <${name}>.`)
    else if (xmlns !== xhtmlNamespace) {
      const found = xmlns === undefined ? 'none' : `'${xmlns}'`
      this.#problem('content', `expected <div xmlns="${xhtmlNamespace}">, found ${found} as namespace.`)
    }
  }

  #note(element: string, { id, name, href, src }: Tag['attributes']): void {
    if (id !== undefined) this.ids.push(id)
    if (element === 'a' && name !== undefined) this.ids.push(name)
    if (element === 'a' && href?.startsWith('#')) this.links.push(href.slice(1))
    if (element !== 'img') return
    this.hasContent = true
    if (src !== undefined && /^(https?:)?\/\//i.test(src)) this.externalImages.push(src)
  }

  #problem(kind: XhtmlProblem['kind'], text: string): void {
    if (this.problems.length < mostProblems) this.problems.push({ kind, text })
  }
}

function formText(message: string): string {
  const text = message.replace(/^\d+:\d+: /, '').replace(/\.?$/, '')
  if (!text.startsWith('undefined entity')) return `no well-formed XML: ${text}.`
  return `only the entities of XML are known (&lt; &gt; &amp; &quot; &apos;), not this one: ${text}. Write the character itself, or its number such as &#160;`
}

/**
 * `htmlChecks()` of FHIRPath (https://hl7.org/fhir/R4/fhirpath.html#functions): what txt-1 asks of a narrative. That there
 * is something to read (txt-2) is not part of it: HL7's own examples have empty narratives.
 */
export function htmlChecks(xhtml: string): boolean {
  return readXhtml(xhtml).problems.length === 0
}
