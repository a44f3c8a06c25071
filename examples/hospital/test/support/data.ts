import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The folder of real data that `ANAMNESIS_DATA` names; undefined where there is none, and then says so. */
export function dataFolder(name: 'synthea' | 'r4-examples'): string | undefined {
  const folder = process.env.ANAMNESIS_DATA && path.join(process.env.ANAMNESIS_DATA, name)
  if (folder && existsSync(folder)) return folder
  console.log(`skipped: ANAMNESIS_DATA names no folder with ${name}`)
  return undefined
}

/** The JSON texts of a folder by file name, gz inflated. */
export function texts(folder: string): { readonly name: string; readonly text: string }[] {
  return readdirSync(folder)
    .filter((name) => /\.json(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(path.join(folder, name))
      return { name, text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') }
    })
}
