import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..')
const folder = process.env.ANAMNESIS_DATA ?? path.join(root, '../shared/data')

/** A file of the test data; undefined, with a visible note, where the data is not there. */
export function readData(name: string): string | undefined {
  const file = path.join(folder, name)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  console.log(`skipped: no test data at ${name} (set ANAMNESIS_DATA)`)
  return undefined
}

/** The names of the JSON files in a folder of the test data; none, with a visible note, where it is not there. */
export function listData(name: string): string[] {
  if (existsSync(path.join(folder, name))) {
    return readdirSync(path.join(folder, name))
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${name}/${file}`)
  }
  console.log(`skipped: no test data at ${name} (set ANAMNESIS_DATA)`)
  return []
}
