import path from 'node:path'
import { defaultArchiveFolder } from '../terminology/archive/default-folder.js'
import { importArchive } from '../terminology/archive/import/import-archive.js'
import { type Command, UsageError } from './command.js'
import { text } from './options.js'
import { createImportReporter } from './terminology/reporter.js'

/** Makes an archive of codes from a distribution of LOINC or SNOMED CT, or from a large CodeSystem. */
export const terminologyImport: Command = {
  name: 'terminology import',
  summary: 'Make LOINC, SNOMED CT or a large CodeSystem ready for a server',
  usage: 'FOLDER|FILE [options]',
  description: [
    'Takes the release of LOINC or SNOMED CT (RF2 with its snapshot) as it was published, unpacked or as .zip, a CodeSystem',
    'in a JSON file, or a FHIR package with one. What is given is only read. The server answers from the archive that is',
    'made; of the same system and version it replaces the one before, when it is whole.',
  ].join('\n'),
  options: {
    system: {
      type: 'string',
      value: 'loinc|snomed|URL',
      summary: 'What it is (by the names of the files); URL of the CodeSystem to take from a package',
    },
    into: {
      type: 'string',
      value: 'FOLDER',
      summary: 'Folder of archives (~/.local/share/anamnesis/terminology)',
    },
    version: {
      type: 'string',
      value: 'VERSION',
      summary: 'Version, where the distribution does not tell it',
    },
    language: {
      type: 'string',
      value: 'CODE',
      summary: 'Language of displays of SNOMED CT (en); of further names of LOINC',
    },
    quiet: { type: 'boolean', short: 'q', summary: 'Print errors only' },
  },

  async run({ positionals, values }, io) {
    const [from, ...more] = positionals
    if (from === undefined) throw new UsageError('expected the folder or file of a distribution.')
    if (more.length > 0) throw new UsageError(`expected one distribution, found ${positionals.length}.`)
    const into = text(values.into)
    const quiet = values.quiet === true
    const reporter = createImportReporter(io, quiet)
    const start = performance.now()
    try {
      const { file, system, version, size } = await importArchive(
        {
          from: path.resolve(io.cwd, from),
          into: into === undefined ? defaultArchiveFolder(io.env) : path.resolve(io.cwd, into),
          ...optional('system', text(values.system)),
          ...optional('version', text(values.version)),
          ...optional('language', text(values.language)),
        },
        reporter,
        io.signal,
      )
      reporter.end()
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      if (!quiet) io.stdout.write(`${system}|${version}: ${size} codes in ${seconds} s\n${file}\n`)
      return 0
    } catch (error) {
      reporter.end()
      if (!io.signal.aborted) throw error
      io.stderr.write('Stopped; nothing was changed.\n')
      return 130
    }
  },
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: string })
}
