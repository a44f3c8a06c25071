import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * The server's root secret, from a file in the data folder; made at the first start. Links stay valid over restarts with it.
 *
 * @throws Error when the file cannot be read or made
 */
export async function readSecret(folder: string): Promise<Uint8Array> {
  const file = path.join(folder, 'server-secret')
  await mkdir(folder, { recursive: true })
  // Written only where there is none: of two first starts at once, one makes it and both read the same.
  await writeFile(file, `${randomBytes(48).toString('base64')}\n`, { flag: 'wx', mode: 0o600 }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  const secret = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (secret.length < 32)
    throw new Error(`${file} is damaged. Delete it: a new one is made at the next start.`)
  return secret
}
