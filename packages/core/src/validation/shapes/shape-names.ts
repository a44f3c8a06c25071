import { coreUrl } from './element-definition.js'
import type { Shape } from './shape.js'

/** Profiles of an element of any resource stand beside the type that the element has. */
export function shapeType(shape: Shape, type: string): string {
  return shape.typeProfiles?.has(type) ? type : 'Resource'
}

/** A canonical URL as messages show it. */
export function shortName(canonical: string): string {
  return canonical.startsWith(coreUrl) ? canonical.slice(coreUrl.length) : canonical
}
