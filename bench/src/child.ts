import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A server in a process of its own, so that it shares no event loop with the load. */
export interface Child {
  readonly url: string
  /** Milliseconds from start to first answer. */
  readonly startMs: number
  /** Resident megabytes now. */
  rss(): number
  /** Milliseconds of CPU time so far, of all threads. */
  cpu(): number
  stop(): Promise<void>
}

/** Starts a script and waits until `probe` below its port answers. */
export async function startChild(
  script: string,
  port: number,
  env: Record<string, string>,
  probe: string,
): Promise<Child> {
  const began = performance.now()
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(child, `${url}${probe}`))) await new Promise((resolve) => setTimeout(resolve, 5))
  return {
    url,
    startMs: performance.now() - began,
    rss: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    cpu: () => {
      // User and system time, in hundredths of a second; the name before them may hold blanks, but is in brackets.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the server of ${url} ended at its start`)
  return fetch(url).then(
    (response) => response.status < 500,
    () => false,
  )
}
