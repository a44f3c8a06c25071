import { hkdfSync, randomBytes } from 'node:crypto'
import type { Secrets } from './services.js'

/**
 * Secrets derived from one root secret by HKDF-SHA-256. Without a root, a random one is used: links and sessions then end
 * with the process.
 *
 * @param root at least 32 bytes.
 */
export function createSecrets(root: Uint8Array | undefined): Secrets {
  const key = root ?? randomBytes(32)
  if (key.length < 32) {
    throw new RangeError(
      `The setting 'secret' has ${key.length} bytes; it needs at least 32 random ones, such as 'openssl rand -base64 32' gives.`,
    )
  }
  return Object.freeze({
    deriveKey: (purpose: string, length = 32) =>
      new Uint8Array(hkdfSync('sha256', key, 'anamnesis', purpose, length)),
  })
}
