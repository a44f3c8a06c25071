import type { RequestEntry } from './entry.js'

const relative = /^[A-Z][A-Za-z]*\/[A-Za-z0-9\-.]{1,64}$/
const restful = /^(.+)\/([A-Z][A-Za-z]*\/[A-Za-z0-9\-.]{1,64})$/

/**
 * What references inside a bundle mean (https://hl7.org/fhir/R4/bundle.html#references): the fullUrl of an entry, and a
 * relative reference that becomes one below the base of the referring entry's own fullUrl. Where that leads nowhere, a
 * relative reference still means the one entry whose RESTful fullUrl ends in it, as many clients have it.
 */
export class Targets {
  readonly #byReference = new Map<string, string>()
  readonly #names = new Map<number, { readonly type: string; readonly names: readonly string[] }>()

  constructor(entries: readonly RequestEntry[]) {
    const taken = namesInUse(entries)
    for (const { index, fullUrl, interaction } of entries) {
      if (fullUrl === undefined || !('type' in interaction) || interaction.type === undefined) continue
      const name = restful.exec(fullUrl)?.[2]
      const names = [fullUrl]
      if (name?.startsWith(`${interaction.type}/`) && !taken.has(name)) names.push(name)
      this.#names.set(index, { type: interaction.type, names })
    }
  }

  set(index: number, id: string | undefined): void {
    const named = this.#names.get(index)
    if (!named || id === undefined) return
    for (const name of named.names) this.#byReference.set(name, `${named.type}/${id}`)
  }

  /** @param from fullUrl of the entry that refers. */
  resolve(reference: string, from: string | undefined): string | undefined {
    const base = from !== undefined && relative.test(reference) ? restful.exec(from)?.[1] : undefined
    const below = base === undefined ? undefined : this.#byReference.get(`${base}/${reference}`)
    return below ?? this.#byReference.get(reference)
  }
}

/** Relative references that mean the server's own resources, or more than one entry. */
function namesInUse(entries: readonly RequestEntry[]): ReadonlySet<string> {
  const taken = new Set<string>()
  const once = new Set<string>()
  for (const { fullUrl, interaction } of entries) {
    if ('id' in interaction && interaction.id !== undefined)
      taken.add(`${interaction.type}/${interaction.id}`)
    const name = restful.exec(fullUrl ?? '')?.[2]
    if (name === undefined) continue
    if (once.has(name)) taken.add(name)
    once.add(name)
  }
  return taken
}
