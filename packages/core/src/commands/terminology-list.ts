import { stat } from 'node:fs/promises'
import path from 'node:path'
import { defaultArchiveFolder } from '../terminology/archive/default-folder.js'
import { openArchives } from '../terminology/archive/open-archives.js'
import { type Command, UsageError } from './command.js'
import { text } from './options.js'

/** Shows the archives of codes that a server would open. */
export const terminologyList: Command = {
  name: 'terminology list',
  summary: 'Show the code systems that were imported',
  usage: '[options]',
  options: {
    from: {
      type: 'string',
      value: 'FOLDER',
      summary: 'Folder of archives (~/.local/share/anamnesis/terminology)',
    },
  },

  async run({ positionals, values }, io) {
    if (positionals.length > 0) throw new UsageError('expected no arguments; the folder is given by --from.')
    const from = text(values.from)
    const folder = from === undefined ? defaultArchiveFolder(io.env) : path.resolve(io.cwd, from)
    const archives = await openArchives(folder)
    if (archives.length === 0) {
      io.stdout.write(`No archives in ${folder}. Make one with anamnesis terminology import.\n`)
      return 0
    }
    const rows = [['System', 'Version', 'Codes', 'MB', 'File']]
    for (const archive of archives) {
      const { size } = await stat(archive.path)
      rows.push([
        archive.system,
        archive.version,
        String(archive.size),
        (size / 1_000_000).toFixed(1),
        path.basename(archive.path),
      ])
      archive.close()
    }
    io.stdout.write(`${columns(rows)}\n`)
    return 0
  },
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
