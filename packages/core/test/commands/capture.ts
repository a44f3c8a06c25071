import { Writable } from 'node:stream'
import { runCli } from '../../src/commands/cli.js'
import type { Command, CommandIo } from '../../src/commands/command.js'

/** What a command line did. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process and keeps what it wrote. */
export async function runCaptured(
  argv: readonly string[],
  commands: readonly Command[],
  io: Partial<CommandIo> = {},
): Promise<Ran> {
  const stdout = capture()
  const stderr = capture()
  const code = await runCli(
    argv,
    { version: '1.2.3', commands },
    {
      stdout: stdout.stream,
      stderr: stderr.stream,
      env: {},
      cwd: process.cwd(),
      signal: new AbortController().signal,
      ...io,
    },
  )
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function capture() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  return { stream, text: () => text }
}
