import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type AnyResource, parseJson } from '@anamnesis/core'

/** The folder of Synthea's bundles, if there is one. */
export function syntheaFolder(): string | undefined {
  const folder = process.env.ANAMNESIS_DATA && path.join(process.env.ANAMNESIS_DATA, 'synthea')
  return folder && existsSync(folder) ? folder : undefined
}

/** The texts of all bundles in a folder of `*.json.gz`, in the order of their names. */
export function bundleTexts(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
    .map((name) => gunzipSync(readFileSync(path.join(folder, name))).toString('utf8'))
}

/** The resources in bundles, parsed as the server parses them. */
export function resourcesOf(texts: readonly string[]): AnyResource[] {
  return texts.flatMap((text) =>
    (parseJson(text).value as { entry: { resource: AnyResource }[] }).entry.map(({ resource }) => resource),
  )
}
