import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A server in a process of its own, so that it shares no event loop with the load. */
export interface Child {
  readonly url: string
  /** Milliseconds from start to first answer. */
  readonly startMs: number
  /** Resident megabytes now. */
  rss(): number
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
