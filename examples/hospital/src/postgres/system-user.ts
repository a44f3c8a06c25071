import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The system user that PostgreSQL runs as when this process is root, which PostgreSQL refuses to be. */
export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

const name = 'postgres'
const remedy =
  'Start the server as an ordinary user, or create a system user named postgres, or set DATABASE_URL to a PostgreSQL that runs already.'

/**
 * Who PostgreSQL has to run as.
 *
 * @param clusterFolder where the database is, or will be: its owner keeps it
 * @returns undefined when this process is not root: PostgreSQL then runs as the same user
 * @throws Error when root has no system user to hand over to and none can be created
 */
export async function systemUser(
  clusterFolder: string,
  log: (line: string) => void,
): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(clusterFolder).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const existing = await lookUp()
  if (existing) return existing
  await create()
  const created = await lookUp()
  if (!created) throw new Error(`PostgreSQL does not run as root, and no user could be created. ${remedy}`)
  log(`Created the system user ${name}: PostgreSQL does not run as root.`)
  return created
}

/** May this user use the file or enter the folder? Asked of the system itself, so that ACLs and mounts count too. */
export async function canReach(user: SystemUser | undefined, path: string): Promise<boolean> {
  if (!user) return true
  try {
    await execute('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...user, cwd: '/' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') {
      throw new Error(`PostgreSQL does not run as root, and this container may not change users. ${remedy}`)
    }
    return false
  }
}

async function lookUp(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([execute('id', ['-u', name]), execute('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function create(): Promise<void> {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  try {
    await execute('useradd', [...flags, name])
  } catch (error) {
    throw new Error(`PostgreSQL does not run as root, and creating the user ${name} failed. ${remedy}`, {
      cause: error,
    })
  }
}
