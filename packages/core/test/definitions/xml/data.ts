import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../..')

/** The gzipped files in a folder of the test data; none, with a visible note, where it is not there. */
export function listGzipped(name: string): { readonly name: string; readonly bytes: Buffer }[] {
  const folder = path.join(process.env.ANAMNESIS_DATA ?? path.join(root, '../shared/data'), name)
  if (existsSync(folder)) {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.gz'))
      .map((file) => ({ name: file, bytes: readFileSync(path.join(folder, file)) }))
  }
  console.log(`skipped: no test data at ${name} (set ANAMNESIS_DATA)`)
  return []
}
