import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { FileArchive } from './code-archive.js'
import { extension } from './format.js'

/**
 * The archives of a folder, in order of their names; none where there is no such folder. Opening reads their headers only.
 *
 * @throws ArchiveError that names the first file that is damaged
 */
export async function openArchives(folder: string): Promise<readonly FileArchive[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const archives: FileArchive[] = []
  try {
    for (const name of names.filter((each) => each.endsWith(extension)).sort()) {
      archives.push(new FileArchive(path.join(folder, name)))
    }
  } catch (error) {
    for (const archive of archives) archive.close()
    throw error
  }
  return archives
}
