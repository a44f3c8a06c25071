// Finds the test suites of the repository: every `*.test.ts` below a workspace's `test` folder.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Suites below the given workspace folders (all workspaces when none is given), as absolute paths. */
export function findSuites(workspaces = []) {
  const folders =
    workspaces.length > 0
      ? workspaces
      : ['packages', 'examples']
          .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => path.join(parent, name)))
          .concat('bench')
  return folders.flatMap((folder) => walk(path.join(root, folder, 'test'))).sort()
}

function walk(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return walk(file)
    return entry.name.endsWith('.test.ts') ? [file] : []
  })
}
