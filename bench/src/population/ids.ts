import { mix } from './random.js'

/**
 * Ids in the form in which the server makes them: 4 hexadecimal digits of the bucket, then 16. What belongs to a patient
 * begins as the patient's id does. They follow from their numbers, so that any id can be named without making its
 * resource.
 */
export class Ids {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  patient(index: number): string {
    return bucket(mix(this.#seed, 1, index)) + this.#digits('Patient', index, 0)
  }

  /** The `number`th resource of a type that a patient has. */
  ofPatient(type: string, index: number, number: number): string {
    return bucket(mix(this.#seed, 1, index)) + this.#digits(type, index, number)
  }

  /** What belongs to no patient. */
  shared(type: string, number: number): string {
    return bucket(mix(this.#seed, 2, hash(type), number)) + this.#digits(type, -1, number)
  }

  /** In the same form, of no resource of any population. */
  unused(number: number): string {
    return bucket(mix(this.#seed, 3, number)) + this.#digits('', -2, number)
  }

  #digits(type: string, index: number, number: number): string {
    const key = hash(type)
    return hex(mix(this.#seed, 4, key, index, number)) + hex(mix(this.#seed, 5, key, index, number))
  }
}

const hashes = new Map<string, number>()

function hash(text: string): number {
  let known = hashes.get(text)
  if (known === undefined) {
    known = mix(...Array.from(text, (_, at) => text.charCodeAt(at)))
    hashes.set(text, known)
  }
  return known
}

function hex(bits: number): string {
  return bits.toString(16).padStart(8, '0')
}

function bucket(bits: number): string {
  return (bits & 0xffff).toString(16).padStart(4, '0')
}
