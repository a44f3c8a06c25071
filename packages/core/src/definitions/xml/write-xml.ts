// The plain objects of FHIR JSON to FHIR XML. https://hl7.org/fhir/R4/xml.html
import { FhirError } from '../../errors/fhir-error.js'
import { type JsonContainer, sourceOf } from '../../fhir/digits.js'
import { parseJson } from '../../fhir/json.js'
import type { AnyResource } from '../../fhir/types.js'
import type { Definitions } from '../definitions.js'
import { escapeXml } from './escape.js'
import { fhirNamespace, type XmlField, type XmlFields, xmlFields } from './fields.js'
import { writeDiv } from './xhtml.js'

/** How a document is written. */
export interface WriteXmlOptions {
  /** Two spaces of indentation; narrative stays as it is. */
  readonly pretty?: boolean
}

/**
 * The XML document of a resource, given as its JSON text or as what `parseJson` makes of it: elements in their order,
 * numbers with their digits, narrative as it is written where it is well-formed.
 *
 * @throws FhirError `not-acceptable` for a property that the definitions do not know, which XML has no place for.
 */
export function writeXml(
  resource: AnyResource | string,
  definitions: Definitions,
  { pretty = false }: WriteXmlOptions = {},
): string {
  const value = typeof resource === 'string' ? (parseJson(resource).value as AnyResource) : resource
  const writer = new XmlWriter(definitions, pretty)
  writer.resource(value, ` xmlns="${fhirNamespace}"`, 0, '')
  return `<?xml version="1.0" encoding="UTF-8"?>${pretty ? '' : '\n'}${writer.text}${pretty ? '\n' : ''}`
}

class XmlWriter {
  readonly #definitions: Definitions
  readonly #pretty: boolean
  text = ''

  constructor(definitions: Definitions, pretty: boolean) {
    this.#definitions = definitions
    this.#pretty = pretty
  }

  resource(value: unknown, attributes: string, level: number, path: string): void {
    const type = isContainer(value) ? value.resourceType : undefined
    const fields =
      typeof type === 'string' && this.#definitions.isResourceType(type)
        ? xmlFields(this.#definitions, type)
        : undefined
    if (!fields) throw noPlace(path || 'resourceType')
    this.#line(level)
    this.text += `<${type}${attributes}`
    this.#content(value as JsonContainer, fields, type as string, level, path || (type as string))
  }

  /** What comes after the attributes that are known already: those of the content, its elements and the end tag. */
  #content(value: JsonContainer, fields: XmlFields, tag: string, level: number, path: string): void {
    const children: XmlField[] = []
    let ordered = true
    let order = 0
    for (const key in value) {
      const sibling = key.charCodeAt(0) === 95
      const field = fields.get(sibling ? key.slice(1) : key)
      if (field === undefined) {
        if (key === 'resourceType') continue
        throw noPlace(`${path}.${key}`)
      }
      if (value[key] === null || value[key] === undefined) continue
      if (field.attribute) {
        if (sibling) throw noPlace(`${path}.${key}`)
        this.text += ` ${key}="${escapeXml(String(value[key]))}"`
        continue
      }
      // A primitive and its extensions are one element.
      if (sibling && value[field.name] !== null && value[field.name] !== undefined) continue
      if (field.order < order) ordered = false
      order = field.order
      children.push(field)
    }
    if (children.length === 0) {
      this.text += '/>'
      return
    }
    this.text += '>'
    if (!ordered) children.sort((a, b) => a.order - b.order)
    for (const field of children) this.#field(value, field, level + 1, path)
    this.#line(level)
    this.text += `</${tag}>`
  }

  #field(container: JsonContainer, field: XmlField, level: number, path: string): void {
    const value = container[field.name]
    const extra = container[`_${field.name}`]
    const at = `${path}.${field.expression}`
    if (!Array.isArray(value) && !Array.isArray(extra)) {
      this.#element(container, field.name, value, extra, field, level, at)
      return
    }
    const values = (value ?? []) as JsonContainer & unknown[]
    const extras = (extra ?? []) as unknown[]
    const length = Math.max(values.length, extras.length)
    for (let index = 0; index < length; index++) {
      this.#element(values, index, values[index], extras[index], field, level, `${at}[${index}]`)
    }
  }

  #element(
    holder: object,
    key: string | number,
    value: unknown,
    extra: unknown,
    field: XmlField,
    level: number,
    path: string,
  ): void {
    const { name, kind } = field
    if (kind === 'complex' || kind === 'resource') {
      if (!isContainer(value) || Array.isArray(value)) throw noPlace(path)
      this.#line(level)
      this.text += `<${name}`
      if (kind === 'complex') {
        const fields = xmlFields(this.#definitions, field.path)
        if (!fields) throw noPlace(path)
        this.#content(value, fields, name, level, path)
        return
      }
      this.text += '>'
      this.resource(value, '', level + 1, path)
      this.#line(level)
      this.text += `</${name}>`
      return
    }
    if (isContainer(value)) throw noPlace(path)
    if (kind === 'xhtml') {
      this.#line(level)
      this.text += writeDiv(String(value))
      return
    }
    const hasValue = value !== null && value !== undefined
    const extensions = isContainer(extra) && !Array.isArray(extra) ? extra : undefined
    // Nulls on both sides are nothing, and an element is never empty.
    if (!hasValue && extensions === undefined) return
    this.#line(level)
    this.text += `<${name}`
    if (hasValue)
      this.text += ` value="${typeof value === 'string' ? escapeXml(value) : (sourceOf(holder, key) ?? value)}"`
    if (extensions === undefined) this.text += '/>'
    else this.#content(extensions, xmlFields(this.#definitions, 'Element') as XmlFields, name, level, path)
  }

  #line(level: number): void {
    if (this.#pretty) this.text += `\n${'  '.repeat(level)}`
  }
}

function isContainer(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null
}

function noPlace(path: string): FhirError {
  return new FhirError(
    'not-acceptable',
    `'${path.slice(0, 200)}' is not in the definitions of R4, so that XML has no place for it. Ask for application/fhir+json.`,
    { expression: [path] },
  )
}
