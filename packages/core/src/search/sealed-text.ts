import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** Encrypts text so that only this server reads it, and only together with what it was bound to. */
export interface SealedText {
  /** @returns URL-safe text. */
  seal(plain: Buffer, boundTo: string): string
  /** @throws Error for text that was altered, comes from elsewhere or was bound to something else. */
  open(text: string, boundTo: string): Buffer
}

/**
 * AES-256-GCM under a key derived for one purpose.
 *
 * @param secret At least 16 bytes that only this server and its replicas know.
 */
export function createSealedText(secret: Uint8Array, purpose: string): SealedText {
  if (secret.length < 16) throw new TypeError(`the secret of ${purpose} needs at least 16 bytes`)
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `anamnesis ${purpose}`, 32))
  return {
    seal(plain, boundTo) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength })
      cipher.setAAD(Buffer.from(boundTo))
      const sealed = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(sealed).toString('base64url')
    },
    open(text, boundTo) {
      const bytes = Buffer.from(text, 'base64url')
      // Node's decoder skips what is no base64url: only the canonical text is the one that was given out.
      if (bytes.length < nonceLength + tagLength || bytes.toString('base64url') !== text) {
        throw new Error('not a sealed text')
      }
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      })
      decipher.setAAD(Buffer.from(boundTo))
      decipher.setAuthTag(bytes.subarray(-tagLength))
      return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()])
    },
  }
}
