// Real data that is not in the repository: Synthea records, HL7's R4 examples and test cases.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const root = process.env.ANAMNESIS_DATA ?? path.join(repository, '../shared/data')

/** The absolute path of a folder of real data; undefined where there is none, and then tests that need it skip. */
export function dataFolder(name: string): string | undefined {
  const folder = path.join(root, name)
  return existsSync(folder) ? folder : undefined
}

/** The JSON files of a folder, gzipped ones too, parsed one at a time. */
export function* jsonFiles(folder: string): Generator<{ readonly name: string; readonly content: unknown }> {
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name)
    if (name.endsWith('.json')) yield { name, content: JSON.parse(readFileSync(file, 'utf8')) }
    if (name.endsWith('.json.gz'))
      yield { name, content: JSON.parse(gunzipSync(readFileSync(file)).toString()) }
  }
}
