import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { Cluster, superuser } from './postgres/cluster.js'
import { type FolderLock, lockFolder } from './postgres/folder-lock.js'
import { nativeTools } from './postgres/native.js'
import { freePort } from './postgres/port.js'
import { canReach, systemUser } from './postgres/system-user.js'

/** A PostgreSQL that belongs to this process. */
export interface EmbeddedPostgres {
  /** Of a role that owns the database `anamnesis` and is no superuser; holds its password. */
  readonly connectionString: string
  /** Where database, password and lock lie: `dataDir`, or the folder that stands in for it. */
  readonly folder: string
  /** Ends all sessions, stops PostgreSQL and gives the folder free. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Folder for the database and its password; made when missing. */
  readonly dataDir: string
  /** The operator chose `dataDir`: fail rather than put the data anywhere else. */
  readonly explicit?: boolean
  /** Takes a line for the operator: where the data lies, what was recovered. */
  readonly log: (line: string) => void
}

interface State {
  port: number
  readonly password: string
  readonly superuserPassword: string
  ready: boolean
}

const role = 'anamnesis'
const logLimit = 10_000_000

/**
 * Starts PostgreSQL on a local port, with its files in `dataDir`; the first start makes them.
 *
 * PostgreSQL outlives a killed server, and then the next start stops it first; an ordinary end of the process stops
 * it too, with or without `stop()`. Commits are durable in every case.
 *
 * @throws Error with a remedy: the folder is in use, or belongs to another user or version, or PostgreSQL did not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const { folder, lock } = await claimFolder(options)
  try {
    return await startIn(folder, lock, log)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function claimFolder(options: EmbeddedPostgresOptions): Promise<{ folder: string; lock: FolderLock }> {
  try {
    const folder = await chooseFolder(options)
    return { folder, lock: await lockFolder(folder) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    throw new Error(
      `The data folder ${path.resolve(options.dataDir)} cannot be written (${code}). ` +
        'Start the server as its owner, or set DATA_DIR to a folder of your own.',
      { cause: error },
    )
  }
}

async function startIn(
  folder: string,
  lock: FolderLock,
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const clusterFolder = path.join(folder, 'postgres')
  const user = await systemUser(clusterFolder, log)
  const cluster = new Cluster(clusterFolder, await nativeTools(user, folder, log), user)
  const stateFile = path.join(folder, 'postgres.json')
  const state = await readState(stateFile, clusterFolder, await cluster.exists())
  if (!(await cluster.exists())) {
    await writeState(stateFile, state)
    await cluster.initialise(state.superuserPassword)
    log(`Made a new database in ${clusterFolder}`)
  } else if (await cluster.stopOrphan()) {
    log('Stopped the PostgreSQL of a server that had been killed')
  }
  await startOnFreePort(cluster, state, log)
  try {
    if (!state.ready) {
      await createDatabase(state)
      state.ready = true
    }
    await writeState(stateFile, state)
  } catch (error) {
    await cluster.stop()
    throw error
  }
  const pid = await cluster.pid()
  const onExit = () => pid !== undefined && cluster.signalStop(pid)
  process.once('exit', onExit)
  return {
    connectionString: `postgresql://${role}:${state.password}@127.0.0.1:${state.port}/${role}`,
    folder,
    async stop() {
      process.off('exit', onExit)
      await cluster.stop()
      await lock.release()
    },
  }
}

/** The data folder, or, under root, one that stands in for it where PostgreSQL's system user cannot come. */
async function chooseFolder({ dataDir, explicit, log }: EmbeddedPostgresOptions): Promise<string> {
  const wanted = path.resolve(dataDir)
  await makeFolder(wanted)
  const user = await systemUser(path.join(wanted, 'postgres'), log)
  if (await canReach(user, wanted)) return wanted
  const why = `PostgreSQL does not run as root, and its system user cannot reach ${wanted}`
  if (explicit) {
    throw new Error(
      `${why}. Set DATA_DIR to a folder that every user may pass through, such as /var/lib/anamnesis.`,
    )
  }
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 8)
  const instead = `/var/lib/anamnesis/${name}`
  await mkdir(path.dirname(instead), { recursive: true, mode: 0o755 })
  await makeFolder(instead)
  log(`${why}, so the data is in ${instead}. Set DATA_DIR to choose another folder.`)
  return instead
}

/** Only root's folder may be passed through by others: PostgreSQL's system user has to reach its own inside. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  if (made !== undefined) await chmod(folder, process.getuid?.() === 0 ? 0o711 : 0o700)
}

async function readState(file: string, clusterFolder: string, clusterExists: boolean): Promise<State> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as State
  } catch (error) {
    if (clusterExists) {
      throw new Error(
        `${file} holds the password of the database in ${clusterFolder} and cannot be read. ` +
          'Restore it from a backup, or start the server as its owner.',
        { cause: error },
      )
    }
    const secret = () => randomBytes(24).toString('base64url')
    return { port: await freePort(), password: secret(), superuserPassword: secret(), ready: false }
  }
}

async function writeState(file: string, state: State): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

async function startOnFreePort(cluster: Cluster, state: State, log: (line: string) => void): Promise<void> {
  const size = (await stat(cluster.logFile).catch(() => undefined))?.size ?? 0
  if (size > logLimit) await truncate(cluster.logFile)
  const waiting = setInterval(
    () => log('PostgreSQL is still starting: it is recovering from a crash'),
    10_000,
  )
  try {
    for (let attempt = 1; ; attempt++) {
      state.port = await freePort(state.port)
      try {
        return await cluster.start(state.port)
      } catch (error) {
        const lastLog = await cluster.lastLog()
        // Another process can take the port between the test and the start.
        if (attempt < 3 && /could not bind|Address already in use/.test(lastLog)) continue
        throw new Error(`PostgreSQL did not start. The end of ${cluster.logFile}:\n${lastLog}`, {
          cause: error,
        })
      }
    }
  } finally {
    clearInterval(waiting)
  }
}

/** Makes role and database. A start that was killed half way is repeated, so what exists already is left. */
async function createDatabase(state: State): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: state.port,
    user: superuser,
    password: state.superuserPassword,
    database: 'postgres',
  })
  await client.connect()
  try {
    const roles = await client.query('select from pg_roles where rolname = $1', [role])
    if (roles.rowCount === 0) await client.query(`create role ${role} login password '${state.password}'`)
    await client.query(`grant pg_monitor, pg_checkpoint to ${role}`)
    const databases = await client.query('select from pg_database where datname = $1', [role])
    if (databases.rowCount === 0) await client.query(`create database ${role} owner ${role}`)
  } finally {
    await client.end()
  }
}
