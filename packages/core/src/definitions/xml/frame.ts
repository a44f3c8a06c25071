import type { JsonContainer } from '../../fhir/digits.js'
import type { XmlField, XmlFields } from './fields.js'

/** An element that is open. */
export interface Frame {
  readonly parent: Frame | undefined
  /** Of the element itself; undefined for a resource, which is named by its type. */
  readonly field: XmlField | undefined
  /** Place in its list. */
  readonly index: number
  /** What it may contain; undefined for one that holds a resource. */
  readonly fields: XmlFields | undefined
  /** What it becomes; of a primitive, its id and extensions. */
  readonly target: JsonContainer
  readonly start: number
  /** Levels of the JSON so far. */
  readonly depth: number
  value: string | undefined
  /** The field of the last child, and how many of it came one after the other. */
  last: XmlField | undefined
  count: number
}

/** FHIRPath of the element that is open. */
export function expressionOf(frame: Frame): string {
  const steps: string[] = []
  let at: Frame | undefined = frame
  for (; at; at = at.parent) {
    if (at.field) steps.push(at.field.list ? `${at.field.expression}[${at.index}]` : at.field.expression)
    else if (!at.parent) steps.push(String(at.target.resourceType))
  }
  return steps.reverse().join('.')
}
