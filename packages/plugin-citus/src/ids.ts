import { randomBytes } from 'node:crypto'
import { hash64Once } from './hash64.js'

const serverMade = /^[0-9a-f]{20}$/

/** True for ids of the form that `newId` makes: 4 hexadecimal digits of the bucket, then 16 random ones. */
export function isServerMade(id: string): boolean {
  return serverMade.test(id)
}

/** The bucket (0..65535) that an id names or, when a client made it, hashes to. */
export function bucketOf(id: string): number {
  return isServerMade(id) ? Number.parseInt(id.slice(0, 4), 16) : Number(hash64Once(id) & 0xffffn)
}

/** Where a resource is stored: beside its first patient, else at the place of its own id. */
export function bucketFor(type: string, id: string, patients: readonly string[]): number {
  const patient = patients[0]
  return bucketOf(type === 'Patient' || patient === undefined ? id : patient)
}

/** A new id whose bucket is that of `patient`, or a random one. */
export function newId(patient?: string): string {
  const random = randomBytes(10).toString('hex')
  return patient === undefined ? random : bucketOf(patient).toString(16).padStart(4, '0') + random.slice(4)
}
