import { execFile } from 'node:child_process'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { NativeTools } from './native.js'
import { commandOf, isAlive } from './process.js'
import { serverFlags } from './server-flags.js'
import type { SystemUser } from './system-user.js'

const execute = promisify(execFile)

/** The name of the superuser; the server itself connects as a lesser role. */
export const superuser = 'postgres'

/** One PostgreSQL cluster: a folder of files, and the process that serves it. */
export class Cluster {
  readonly folder: string
  readonly logFile: string
  readonly #tools: NativeTools
  readonly #user: SystemUser | undefined

  constructor(folder: string, tools: NativeTools, user: SystemUser | undefined) {
    this.folder = folder
    this.logFile = path.join(folder, 'server.log')
    this.#tools = tools
    this.#user = user
  }

  /** @throws Error when the files belong to another major version of PostgreSQL, or to another user. */
  async exists(): Promise<boolean> {
    const version = await readFile(path.join(this.folder, 'PG_VERSION'), 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return undefined
      throw new Error(
        `The database in ${this.folder} belongs to another system user (${error.code}). Start the server as its owner ` +
          'or as root, or set DATA_DIR to another folder.',
      )
    })
    if (version === undefined) return false
    const { stdout } = await this.#run(this.#tools.postgres, ['--version'])
    const own = /\d+/.exec(stdout)?.[0]
    if (version.trim() === own) return true
    throw new Error(
      `The database in ${this.folder} was made by PostgreSQL ${version.trim()}, and this is PostgreSQL ${own}. ` +
        'Dump it with the old version and restore it with the new one, or set DATA_DIR to another folder.',
    )
  }

  /** Makes the files. They appear under their final name only when complete, so a kill leaves no half database. */
  async initialise(password: string): Promise<void> {
    const parent = path.dirname(this.folder)
    const prefix = `${path.basename(this.folder)}.new-`
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix)) await rm(path.join(parent, name), { recursive: true, force: true })
    }
    const unfinished = path.join(parent, `${prefix}${process.pid}`)
    const passwordFile = path.join(parent, `${prefix}password`)
    await mkdir(unfinished, { mode: 0o700 })
    await this.#give(unfinished)
    try {
      await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
      await this.#give(passwordFile)
      const flags = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      await this.#run(this.#tools.initdb, [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--data-checksums',
        '--no-instructions',
        ...flags,
      ])
    } finally {
      await rm(passwordFile, { force: true })
    }
    await rename(unfinished, this.folder)
  }

  /**
   * Stops a PostgreSQL that still serves this folder although its server is gone (kill -9), so that the next one
   * starts with today's settings and nothing of the dead server still runs. The caller holds the folder's lock.
   *
   * @returns whether there was one
   */
  async stopOrphan(): Promise<boolean> {
    const pid = await this.#postmaster()
    if (pid === undefined || !isAlive(pid)) return false
    const command = await commandOf(pid)
    if (command === undefined || (command.includes('postgres') && command.includes(this.folder))) {
      await this.stop()
      return true
    }
    // The id has passed to another process, and PostgreSQL would refuse to start. Deleting the file would also delete
    // what keeps two postmasters off one folder, so it is given an id that PostgreSQL takes for its own parent's.
    const file = await open(path.join(this.folder, 'postmaster.pid'), 'r+')
    try {
      const rest = (await file.readFile('utf8')).split('\n').slice(1)
      await file.truncate(0)
      await file.write([process.pid, ...rest].join('\n'), 0)
    } finally {
      await file.close()
    }
    return false
  }

  /** Starts the server on a local port and waits until it answers, recovery after a crash included. */
  async start(port: number): Promise<void> {
    await this.#run(this.#tools.pgCtl, [
      'start',
      `--pgdata=${this.folder}`,
      `--log=${this.logFile}`,
      `--options=${serverFlags(port).join(' ')}`,
      '--wait',
      '--timeout=600',
      '--silent',
    ])
  }

  /** Ends all sessions and stops; without a clean stop in half a minute it stops as in a crash, which loses nothing. */
  async stop(): Promise<void> {
    const stop = (mode: string, seconds: number) =>
      this.#run(this.#tools.pgCtl, [
        'stop',
        `--pgdata=${this.folder}`,
        `--mode=${mode}`,
        '--wait',
        `--timeout=${seconds}`,
        '--silent',
      ])
    try {
      await stop('fast', 30)
    } catch (error) {
      const pid = await this.#postmaster()
      if (pid === undefined || !isAlive(pid)) return
      await stop('immediate', 30).catch(() => {
        throw error
      })
    }
  }

  /** Asks the server to stop without waiting, for the last moment of a process. */
  signalStop(pid: number): void {
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It has stopped already.
    }
  }

  /** The process id of the running server. */
  async pid(): Promise<number | undefined> {
    return this.#postmaster()
  }

  /** The last lines of PostgreSQL's own log. */
  async lastLog(lines = 8): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '')
    return text.trimEnd().split('\n').slice(-lines).join('\n')
  }

  async #postmaster(): Promise<number | undefined> {
    const text = await readFile(path.join(this.folder, 'postmaster.pid'), 'utf8').catch(() => '')
    const pid = Number.parseInt(text, 10)
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  }

  async #give(file: string): Promise<void> {
    if (this.#user) await chown(file, this.#user.uid, this.#user.gid)
  }

  #run(program: string, args: readonly string[]) {
    return execute(program, args, { ...this.#user, cwd: path.dirname(this.folder), env: environment() })
  }
}

/** PostgreSQL gets what it needs to run and none of the server's secrets; PGPORT and the like would mislead it. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH']
  const entries = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC' }
}
