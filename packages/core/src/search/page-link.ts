import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { FhirError } from '../errors/fhir-error.js'
import type { PageKey } from './query.js'

/** Seals the place where a page starts into the text of its link, and opens it again. */
export interface PageLinks {
  /**
   * @param query What the link belongs to, e.g. its path and parameters. Only the same text opens it.
   * @returns URL-safe text.
   */
  seal(key: PageKey, query: string): string
  /** @throws FhirError `invalid-page-link` for text that was altered, comes from elsewhere or belongs to another query. */
  open(text: string, query: string): PageKey
}

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/**
 * Page links under AES-256-GCM. Sort keys are patient data, so links are encrypted, not only signed; the query is
 * authenticated with them, so that nobody pages through a search with the keys of another.
 *
 * @param secret At least 16 bytes that only this server and its replicas know; the key is derived from them.
 */
export function createPageLinks(secret: Uint8Array): PageLinks {
  if (secret.length < 16) throw new TypeError('the secret of page links needs at least 16 bytes')
  const encryptionKey = new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(), 'anamnesis page links', 32),
  )
  return {
    seal(key, query) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv(algorithm, encryptionKey, nonce, { authTagLength: tagLength })
      cipher.setAAD(Buffer.from(query))
      const sealed = [nonce, cipher.update(encode(key), 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(sealed).toString('base64url')
    },
    open(text, query) {
      const bytes = Buffer.from(text, 'base64url')
      // Node's decoder skips what is no base64url: only the canonical text is the one that was given out.
      if (bytes.length < nonceLength + tagLength || bytes.toString('base64url') !== text) throw invalidLink()
      const decipher = createDecipheriv(algorithm, encryptionKey, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      })
      decipher.setAAD(Buffer.from(query))
      decipher.setAuthTag(bytes.subarray(-tagLength))
      try {
        const plain = [decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]
        return decode(Buffer.concat(plain).toString('utf8'))
      } catch (cause) {
        throw invalidLink(cause)
      }
    },
  }
}

/** JSON has no infinite numbers, and an open period sorts by one: numbers travel as text. */
function encode({ values, seq, direction }: PageKey): string {
  const plain = values.map((value) => (typeof value === 'number' ? [String(value)] : value))
  return JSON.stringify([plain, seq, direction])
}

function decode(text: string): PageKey {
  const [plain, seq, direction] = JSON.parse(text) as [
    (string | null | [string])[],
    string,
    PageKey['direction'],
  ]
  const values = plain.map((value) => (Array.isArray(value) ? Number(value[0]) : value))
  return { values, seq, direction }
}

function invalidLink(cause?: unknown): FhirError {
  return new FhirError(
    'invalid-page-link',
    'This page link was altered, or belongs to another search or server. Start the search again from its first page.',
    cause === undefined ? {} : { cause },
  )
}
