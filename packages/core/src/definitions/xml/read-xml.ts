// FHIR XML to the plain objects that FHIR JSON gives. https://hl7.org/fhir/R4/xml.html
import { FhirError } from '../../errors/fhir-error.js'
import { maxJsonDepth } from '../../fhir/json-parser.js'
import type { AnyResource } from '../../fhir/types.js'
import type { Definitions } from '../definitions.js'
import { fhirNamespace, type XmlField, type XmlFields, xmlFields } from './fields.js'
import { expressionOf, type Frame } from './frame.js'
import { append, countIn, listOf, NumberText, put } from './members.js'
import { parseXml, XmlSyntaxError, type XmlTag } from './parser.js'
import { DivReader } from './xhtml.js'

/** How a document is read. */
export interface ReadXmlOptions {
  /** Levels of objects and arrays that the resource may have as JSON, and of tags in its narrative. */
  readonly maxDepth?: number
  /** True takes elements in any order, for files of others; FHIR's XML has them in that of the definitions. */
  readonly anyOrder?: boolean
}

/**
 * Reads a resource in XML: the same object that its JSON gives, numbers with their digits (`fhir/digits.ts`), narrative as
 * it is written. Comments and processing instructions outside of narrative are dropped. Elements have to be known, in
 * order, and in FHIR's namespace.
 *
 * @throws FhirError `malformed-xml`, with line, column and, where it is known, the FHIRPath of the element.
 */
export function readXml(
  text: string,
  definitions: Definitions,
  { maxDepth = maxJsonDepth, anyOrder = false }: ReadXmlOptions = {},
): AnyResource {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const reader = new XmlReader(source, definitions, maxDepth, anyOrder)
  try {
    parseXml(source, reader)
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw reader.error(error.message, error.offset)
    throw error
  }
  return reader.resource as AnyResource
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'
const integer = /^(?:0|-0|[-+]?[1-9]\d*)$/
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

class XmlReader {
  readonly #text: string
  readonly #definitions: Definitions
  readonly #maxDepth: number
  readonly #anyOrder: boolean
  #frame: Frame | undefined
  #div: DivReader | undefined
  resource: AnyResource | undefined

  constructor(text: string, definitions: Definitions, maxDepth: number, anyOrder: boolean) {
    this.#text = text
    this.#definitions = definitions
    this.#maxDepth = maxDepth
    this.#anyOrder = anyOrder
  }

  opening(start: number): void {
    if (this.#div && ++this.#div.depth > this.#maxDepth) throw this.#tooDeep(start)
  }

  opened(tag: XmlTag, start: number): void {
    if (this.#div) {
      this.#div.opened(tag)
      return
    }
    const parent = this.#frame
    if (!parent || parent.field?.kind === 'resource') {
      this.#inNamespace(tag, start)
      this.#openResource(tag, start, parent)
      return
    }
    const field = parent.fields?.get(tag.local)
    if (!field || field.attribute) {
      this.#inNamespace(tag, start)
      throw this.error(
        field ? `'${tag.local}' is an attribute` : `there is no element '${tag.local.slice(0, 60)}' here`,
        start,
      )
    }
    if (field.kind === 'xhtml') {
      this.#count(parent, field, start)
      const problem = DivReader.problemOf(tag)
      if (problem !== undefined) throw this.error(problem, start)
      this.#div = new DivReader(tag, start)
      return
    }
    this.#inNamespace(tag, start)
    this.#openElement(tag, start, parent, field)
  }

  closed(tag: XmlTag, end: number): void {
    if (this.#div) {
      this.#div.closed(tag)
      if (this.#div.depth > 0) return
      const { target } = this.#frame as Frame
      target.div = this.#div.source(this.#text, end)
      this.#div = undefined
      return
    }
    const frame = this.#frame as Frame
    this.#frame = frame.parent
    if (frame.field === undefined) this.#closeResource(frame)
    else if (frame.field.kind === 'complex') this.#closeComplex(frame, frame.field)
    else if (frame.field.kind !== 'resource') this.#closePrimitive(frame, frame.field)
    else if (frame.last === undefined && frame.count === 0)
      throw this.error('expected a resource inside', frame.start, frame)
  }

  text(text: string): void {
    if (this.#div || !/[^ \t\r\n]/.test(text)) return
    throw this.error('text is not allowed here; values are written in the attribute value')
  }

  #openResource(tag: XmlTag, start: number, parent: Frame | undefined): void {
    const type = tag.local
    const fields = this.#definitions.isResourceType(type) ? xmlFields(this.#definitions, type) : undefined
    if (!fields) throw this.error(`'${type.slice(0, 60)}' is no resource type of R4`, start)
    if (parent && parent.count++ > 0) throw this.error('there is room for one resource', start)
    const frame = this.#push(parent, undefined, 0, fields, start, (parent?.depth ?? 0) + 1)
    frame.target.resourceType = type
    for (const { name, uri, local } of Object.values(tag.attributes)) {
      if (isNamespace(name) || (uri === schemaInstance && local === 'schemaLocation')) continue
      throw this.error(`the attribute '${name.slice(0, 60)}' is not allowed here`, start)
    }
  }

  #openElement(tag: XmlTag, start: number, parent: Frame, field: XmlField): void {
    const index = this.#count(parent, field, start)
    const fields =
      field.kind === 'resource'
        ? undefined
        : xmlFields(this.#definitions, field.kind === 'complex' ? field.path : 'Element')
    // An object is one level, and two inside a list. What holds a resource is none of itself.
    const depth = parent.depth + (field.list ? 1 : 0) + (field.kind === 'complex' ? 1 : 0)
    const frame = this.#push(parent, field, index, fields, start, depth)
    for (const name in tag.attributes) {
      const { value, uri } = tag.attributes[name] as { value: string; uri: string }
      if (name === 'value' && field.kind !== 'complex' && field.kind !== 'resource') frame.value = value
      else if (fields?.get(name)?.attribute && uri === '') frame.target[name] = value
      else if (!isNamespace(name)) {
        throw this.error(`the attribute '${name.slice(0, 60)}' is not allowed here`, start)
      }
    }
  }

  #push(
    parent: Frame | undefined,
    field: XmlField | undefined,
    index: number,
    fields: XmlFields | undefined,
    start: number,
    depth: number,
  ): Frame {
    if (depth > this.#maxDepth) throw this.#tooDeep(start)
    const frame: Frame = {
      parent,
      field,
      index,
      fields,
      target: {},
      start,
      depth,
      value: undefined,
      last: undefined,
      count: 0,
    }
    this.#frame = frame
    return frame
  }

  /** Takes a child into account and gives its place in its list. */
  #count(parent: Frame, field: XmlField, start: number): number {
    const { last } = parent
    if (last === field) {
      if (!field.list) throw this.error(`'${field.name}' is there twice; one is allowed`, start)
      return parent.count++
    }
    if (this.#anyOrder) {
      const before = countIn(parent.target, field.name)
      if (before > 0 && !field.list) throw this.error(`'${field.name}' is there twice; one is allowed`, start)
      parent.last = field
      parent.count = before + 1
      return before
    }
    if (last !== undefined && field.order <= last.order) {
      throw this.error(
        field.order === last.order
          ? `'${field.name}' and '${last.name}' are there, of which one is allowed`
          : `'${field.name}' has to come before '${last.name}': XML has the elements in their order`,
        start,
      )
    }
    parent.last = field
    parent.count = 1
    return 0
  }

  #closeResource({ parent, target }: Frame): void {
    if (!parent) {
      this.resource = target as AnyResource
      return
    }
    const holder = parent.parent as Frame
    const field = parent.field as XmlField
    if (field.list) listOf(holder.target, field.name).push(target)
    else holder.target[field.name] = target
  }

  #closeComplex(frame: Frame, field: XmlField): void {
    const { target, parent } = frame
    if (Object.keys(target).length === 0)
      throw this.error('an element is never empty: give it content or leave it out', frame.start, frame)
    if (field.list) listOf((parent as Frame).target, field.name).push(target)
    else (parent as Frame).target[field.name] = target
  }

  #closePrimitive(frame: Frame, field: XmlField): void {
    const parent = frame.parent as Frame
    const value = frame.value === undefined ? undefined : this.#valueOf(frame, field, frame.value)
    const extra = Object.keys(frame.target).length > 0 ? frame.target : undefined
    if (value === undefined && extra === undefined)
      throw this.error('expected the attribute value, an extension, or both', frame.start, frame)
    const { name, list } = field
    if (!list) {
      if (value !== undefined) put(parent.target, name, value)
      if (extra !== undefined) parent.target[`_${name}`] = extra
      return
    }
    append(parent.target, name, frame.index, value)
    append(parent.target, `_${name}`, frame.index, extra)
  }

  /** Of a number, its text. */
  #valueOf(frame: Frame, { kind, name }: XmlField, text: string): string | boolean | NumberText {
    if (kind === 'string') return text
    const word = text.trim()
    if (kind === 'boolean') {
      if (word === 'true' || word === 'false') return word === 'true'
      throw this.error(`'${name}' is true or false, not '${text.slice(0, 40)}'`, frame.start, frame)
    }
    if ((kind === 'integer' ? integer : decimal).test(word))
      return new NumberText(word.startsWith('+') ? word.slice(1) : word)
    const expected = kind === 'integer' ? 'an integer such as 12' : 'a decimal such as 1.50'
    throw this.error(`'${name}' is ${expected}, not '${text.slice(0, 40)}'`, frame.start, frame)
  }

  #inNamespace(tag: XmlTag, start: number): void {
    if (tag.uri === fhirNamespace) return
    const found = tag.uri === '' ? 'in no namespace' : `in the namespace '${tag.uri.slice(0, 80)}'`
    throw this.error(`'${tag.local.slice(0, 60)}' is ${found}; FHIR is in xmlns="${fhirNamespace}"`, start)
  }

  #tooDeep(start: number): FhirError {
    return this.error(`more than ${this.#maxDepth} levels are nested`, start)
  }

  error(problem: string, offset: number = this.#frame?.start ?? 0, at = this.#frame): FhirError {
    const before = this.#text.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    const expression = at === undefined ? [] : [expressionOf(at)]
    return new FhirError(
      'malformed-xml',
      `The text is no FHIR XML that this server reads: ${problem}, at line ${line}, column ${column}` +
        `${expression.length > 0 ? ` (in ${expression[0]})` : ''}.`,
      { expression },
    )
  }
}

function isNamespace(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:')
}
