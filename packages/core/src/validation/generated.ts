import { createRequire } from 'node:module'

/** An error of the compiled validators: a JSON pointer, a keyword of the generated schema and what it found. */
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: 'type' | 'elements' | 'list' | 'primitive' | 'codes' | 'resource' | 'without'
  readonly params: {
    /** A property that the type does not have. */
    readonly unknown?: string
    /** A required element that is absent, `value[x]` for a choice. */
    readonly missing?: string
    /** Two properties of which only one may be present. */
    readonly both?: readonly [string, string]
    readonly empty?: true
    /** The greatest number of items allowed. */
    readonly most?: number
    /** A property that the type has, but not in this place. */
    readonly misplaced?: string
  }
}

/** `generated/validators.cjs`, made by `scripts/build-validators.mjs`. */
export interface Validators {
  readonly validateResource: ((data: unknown, context: { instancePath: string }) => boolean) & {
    errors?: readonly SchemaError[] | null
  }
  /** Codes by the URL of their value set. */
  readonly valueSets: Readonly<Record<string, readonly string[]>>
}

/** The schema of one element, or of one item where it repeats. */
export interface ElementSchema {
  readonly type?: 'array'
  readonly list?: ElementSchema
  readonly maxItems?: number
  readonly $ref?: string
  readonly primitive?: string
  readonly codes?: string
}

/** The schema of a resource type, data type or backbone element. */
export interface ObjectSchema {
  readonly elements?: Readonly<Record<string, ElementSchema>>
  readonly mandatory?: readonly string[]
  /** Properties to the choice element that they belong to: `valueString` to `value[x]`. */
  readonly choices?: Readonly<Record<string, string>>
  /** Every resource type, where any resource is allowed. */
  readonly resource?: readonly string[]
}

/** `generated/structure.json`: schemas by name (`Patient`, `HumanName`, `Patient.contact`). */
export type Structure = Readonly<Record<string, ObjectSchema>>

const require = createRequire(import.meta.url)
let validators: Validators | undefined
let structure: Structure | undefined

/** The compiled validators: 2.6 MB of code, so loaded when first asked for. */
export function loadValidators(): Validators {
  validators ??= require('#generated/validators.cjs') as Validators
  return validators
}

/** What messages are made from; loaded when something is first found wrong. */
export function loadStructure(): Structure {
  structure ??= require('#generated/structure.json') as Structure
  return structure
}
