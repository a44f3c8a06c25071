import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/** What is known of a payload from an earlier run. */
export interface Progress {
  /** `Type/id` of a resource that the server made of it, to see whether the server still has it. */
  readonly sample: string | undefined
  /** Indices of the entries that went through; undefined when all did. */
  readonly done: readonly number[] | undefined
}

interface Line {
  readonly key: string
  readonly sample?: string
  readonly done?: readonly number[]
}

/**
 * What one server has been sent, by content hash, in a file that is only ever appended to: it survives a kill, and
 * two loaders can share it. It holds hashes and ids, nothing of the content.
 */
export class LoadState {
  readonly file: string
  readonly #known = new Map<string, Progress>()

  private constructor(file: string) {
    this.file = file
  }

  static async open(file: string): Promise<LoadState> {
    const state = new LoadState(file)
    const text = await readFile(file, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    for (const line of text.split('\n')) {
      const { key, sample, done } = parseLine(line) ?? {}
      if (key !== undefined) state.#known.set(key, { sample, done })
    }
    await mkdir(path.dirname(file), { recursive: true })
    return state
  }

  get(key: string): Progress | undefined {
    return this.#known.get(key)
  }

  async record(key: string, progress: Progress): Promise<void> {
    this.#known.set(key, progress)
    // The break in front ends a line that a kill may have left torn.
    await appendFile(this.file, `\n${JSON.stringify({ key, ...progress })}`, { mode: 0o600 })
  }
}

/** One file per server, in the place that the system has for such things. */
export function defaultStateFile(url: string, env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_STATE_HOME || env.LOCALAPPDATA || path.join(env.HOME || os.homedir(), '.local/state')
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16)
  return path.join(base, 'anamnesis', `load-${name}.jsonl`)
}

function parseLine(line: string): Line | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
