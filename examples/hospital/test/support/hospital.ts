import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** The hospital server as a process of its own. */
export interface Hospital {
  /** FHIR base. */
  readonly url: string
  readonly port: number
  readonly pid: number
  output(): string
  /** Ends the process and waits until it is gone; the exit code. */
  kill(signal: NodeJS.Signals): Promise<number | null>
}

export interface HospitalOptions {
  readonly dataDir: string
  readonly port: number
  readonly demoData?: boolean
  /** What writes are checked for; everything by default. */
  readonly validation?: 'structure'
}

/** Starts the built server and waits until it answers. */
export async function startHospital({
  dataDir,
  port,
  demoData = false,
  validation,
}: HospitalOptions): Promise<Hospital> {
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [main], {
    env: {
      ...env,
      PORT: String(port),
      DATA_DIR: dataDir,
      DEMO_DATA: demoData ? 'yes' : 'no',
      VALIDATION: validation,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  const url = `http://127.0.0.1:${port}/fhir`
  await ready(child, url, () => output)
  return {
    url,
    port,
    pid: child.pid as number,
    output: () => output,
    kill: (signal) => end(child, signal),
  }
}

async function ready(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the hospital server ended at its start:\n${output()}`)
    const answered = await fetch(`${url}/metadata`, { method: 'HEAD' }).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`the hospital server did not answer within 60 s:\n${output()}`)
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.kill(signal)
  })
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Runs work with a data folder that is removed afterwards. */
export async function withDataDir<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'anamnesis-hospital-'))
  // Under root, PostgreSQL runs as a user of its own, who has to reach it.
  await chmod(dataDir, 0o755)
  try {
    return await work(dataDir)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The JSON of a response. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every type
export async function json(url: string | Promise<Response>): Promise<any> {
  return (await (typeof url === 'string' ? fetch(url) : url)).json()
}
