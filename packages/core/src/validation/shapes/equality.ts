import { isObject, numberOf } from './items.js'

/** Whether a value is exactly what `fixed[x]` says. */
export function isSame(value: unknown, fixed: unknown): boolean {
  if (isObject(fixed)) {
    if (!isObject(value)) return false
    const keys = Object.keys(fixed)
    return Object.keys(value).length === keys.length && keys.every((key) => isSame(value[key], fixed[key]))
  }
  if (Array.isArray(fixed)) {
    return (
      Array.isArray(value) &&
      value.length === fixed.length &&
      fixed.every((item, index) => isSame(value[index], item))
    )
  }
  return isSamePrimitive(value, fixed)
}

/**
 * Whether a value has all that `pattern[x]` says, and maybe more
 * (https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_).
 */
export function fitsPattern(value: unknown, pattern: unknown): boolean {
  if (isObject(pattern)) {
    return isObject(value) && Object.keys(pattern).every((key) => fitsPattern(value[key], pattern[key]))
  }
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((part) => value.some((item) => fitsPattern(item, part)))
  }
  return isSamePrimitive(value, pattern)
}

function isSamePrimitive(value: unknown, fixed: unknown): boolean {
  if (value === fixed) return true
  const number = numberOf(fixed)
  return number !== undefined && numberOf(value) === number
}
