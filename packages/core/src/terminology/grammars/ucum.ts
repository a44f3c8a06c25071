import { canonicalUnit, ucumSystem, unitName } from '../../fhir/ucum.js'
import { grammarProvider } from './grammar.js'

/**
 * Units of measure (https://ucum.org/ucum). The filter `canonical = m` keeps the units that convert to metres
 * (https://hl7.org/fhir/R4/ucum.html).
 */
export const ucum = grammarProvider({
  system: ucumSystem,
  title: 'Unified Code for Units of Measure (UCUM)',
  spelled: (code) => (canonicalUnit(code) ? code : undefined),
  display: unitName,
  filter(property, op, value) {
    if (property !== 'canonical' || op !== '=') return undefined
    const wanted = canonicalUnit(value)?.unit
    return (code) => wanted !== undefined && canonicalUnit(code)?.unit === wanted
  },
})
