import { randomUUID } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './process.js'

/** A folder held by this process until `release`, or until the process ends in whatever way. */
export interface FolderLock {
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  readonly port: number
  readonly token: string
}

const fileName = 'server.lock'

/**
 * Holds a folder for this process alone.
 *
 * A process id in a file proves nothing after a crash: in a container the next process often gets the same one.
 * So the holder also listens on a local port and answers with the token of its lock file; who gets that answer
 * knows that the holder lives, and a killed holder cannot answer.
 *
 * @throws Error when another living process holds the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, fileName)
  const token = randomUUID()
  const answering = await answerWith(token)
  try {
    await claim(file, { pid: process.pid, port: answering.port, token })
  } catch (error) {
    answering.close()
    throw error
  }
  return {
    async release() {
      answering.close()
      if ((await readOwner(file))?.token === token) await rm(file, { force: true })
    },
  }
}

async function claim(file: string, owner: Owner): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      await writeFile(file, JSON.stringify(owner), { flag: 'wx', mode: 0o600 })
      // Two processes may have found the same dead lock; the one whose file was replaced must notice.
      if (attempt > 0) await sleep(50)
      if ((await readOwner(file))?.token === owner.token) return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const other = await readOwner(file)
    if (!other) {
      // Empty for the instant between its creation and its first bytes.
      const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? 0)
      if (age < 2000) await sleep(100)
      else await rm(file, { force: true })
    } else if (await lives(other)) {
      throw new Error(
        `Another server (process ${other.pid}) is using the data folder ${path.dirname(file)}. ` +
          'Stop it first, or set DATA_DIR to a folder of its own for this server.',
      )
    } else {
      await rm(file, { force: true })
    }
  }
  throw new Error(`Could not lock ${file}: other processes keep taking it. Start one server at a time.`)
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

async function answerWith(token: string): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(token)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port')
  return { port: address.port, close: () => server.close() }
}

/** Does the holder answer? One that takes the connection but is too busy to answer counts while its process lives. */
function lives(owner: Owner): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = ''
    let connected = false
    const socket = connect(owner.port, '127.0.0.1')
    socket.setEncoding('utf8').setTimeout(2000)
    socket.on('connect', () => {
      connected = true
    })
    socket.on('data', (text) => {
      answer += text
    })
    socket.on('timeout', () => {
      socket.destroy()
      resolve(connected && answer === '' && isAlive(owner.pid))
    })
    socket.on('error', () => resolve(false))
    socket.on('end', () => resolve(answer === owner.token))
  })
}
