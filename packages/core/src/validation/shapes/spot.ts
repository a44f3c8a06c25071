/** A place in a resource. Its expression is only made when something is to be said of it. */
export class Spot {
  readonly #parent: Spot | undefined
  readonly #name: string
  readonly #index: number
  readonly #type: string | undefined

  /**
   * @param index of a repeating element, -1 for others.
   * @param type of a choice: `value.ofType(Quantity)`.
   */
  constructor(parent: Spot | undefined, name: string, index = -1, type?: string) {
    this.#parent = parent
    this.#name = name
    this.#index = index
    this.#type = type
  }

  /** FHIRPath, e.g. `Observation.component[0].value.ofType(Quantity)`. */
  get expression(): string {
    const cast = this.#type === undefined ? '' : `.ofType(${this.#type})`
    const own = `${this.#name}${cast}${this.#index === -1 ? '' : `[${this.#index}]`}`
    return this.#parent ? `${this.#parent.expression}.${own}` : own
  }
}
