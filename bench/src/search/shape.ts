/** A request: below the FHIR base, with a form body for POST. */
export interface Ask {
  readonly path: string
  readonly form?: string
}

/** How many a value finds: none, some that fit on a page, or more than a page. */
export type ValueClass = 'sparse' | 'dense' | 'zero'

export interface Shape {
  readonly name: string
  /** A search of the shape, as documentation. */
  readonly example: string
  /** What a class counts: matches on the page, included resources, or the total. */
  readonly counts: 'matches' | 'includes' | 'total'
  /** From so many on a value counts as dense. */
  readonly page: number
  /** Of p50 at the largest size to p50 at the smallest. */
  readonly ratioLimit?: number
  readonly asks: Readonly<Record<ValueClass, readonly Ask[]>>
}
