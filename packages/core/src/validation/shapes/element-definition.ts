import type { AnyResource } from '../../fhir/types.js'

/** What is read of an ElementDefinition (https://hl7.org/fhir/R4/elementdefinition.html). */
export interface ElementDefinition {
  readonly id?: string
  readonly path: string
  readonly sliceName?: string
  readonly short?: string
  readonly slicing?: Slicing
  readonly min?: number
  readonly max?: string
  readonly base?: { readonly path: string; readonly min: number; readonly max: string }
  readonly contentReference?: string
  readonly type?: readonly ElementType[]
  readonly maxLength?: number
  readonly condition?: readonly string[]
  readonly constraint?: readonly Constraint[]
  readonly mustSupport?: boolean
  readonly isModifier?: boolean
  readonly binding?: ElementBinding
  /** `fixed[x]`, `pattern[x]`, `minValue[x]`, `maxValue[x]`, and what describes the element. */
  readonly [property: string]: unknown
}

export interface ElementType {
  readonly code: string
  readonly profile?: readonly string[]
  readonly targetProfile?: readonly string[]
  readonly aggregation?: readonly string[]
  readonly extension?: readonly { readonly url: string; readonly [value: string]: unknown }[]
}

export interface ElementBinding {
  readonly strength: 'required' | 'extensible' | 'preferred' | 'example'
  readonly valueSet?: string
}

/** https://hl7.org/fhir/R4/elementdefinition.html#constraint */
export interface Constraint {
  readonly key: string
  readonly severity: 'error' | 'warning'
  readonly human: string
  readonly expression?: string
  readonly source?: string
}

/** https://hl7.org/fhir/R4/profiling.html#slicing */
export interface Slicing {
  readonly discriminator?: readonly Discriminator[]
  readonly ordered?: boolean
  readonly rules?: 'closed' | 'open' | 'openAtEnd'
}

export interface Discriminator {
  readonly type: 'value' | 'exists' | 'pattern' | 'type' | 'profile'
  readonly path: string
}

/** What is read of a StructureDefinition (https://hl7.org/fhir/R4/structuredefinition.html). */
export interface StructureDefinition extends AnyResource {
  readonly url: string
  readonly version?: string
  readonly name?: string
  readonly kind: 'primitive-type' | 'complex-type' | 'resource' | 'logical'
  readonly abstract?: boolean
  readonly type: string
  readonly baseDefinition?: string
  readonly derivation?: 'specialization' | 'constraint'
  readonly context?: readonly {
    readonly type: 'fhirpath' | 'element' | 'extension'
    readonly expression: string
  }[]
  readonly snapshot?: { readonly element: readonly ElementDefinition[] }
  readonly differential?: { readonly element: readonly ElementDefinition[] }
}

/** Where FHIR's own definitions have their canonical URLs. */
export const coreUrl = 'http://hl7.org/fhir/StructureDefinition/'
