/** Where a command writes. `isTTY` tells whether a person watches. */
export interface CommandOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean
}

/** Everything a command may touch outside itself. */
export interface CommandIo {
  /** Results. */
  readonly stdout: CommandOutput
  /** Errors and progress. */
  readonly stderr: CommandOutput
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths are read from here. */
  readonly cwd: string
  /** Aborted when the person presses Ctrl-C: finish what is under way, start nothing new. */
  readonly signal: AbortSignal
}

/** One option of a command, as `node:util`'s parseArgs takes it, with its line in the help. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** One letter. */
  readonly short?: string
  /** May be given more than once. */
  readonly multiple?: boolean
  /** What stands for the value in the help: `URL`. */
  readonly value?: string
  readonly summary: string
}

/** A parsed command line. An option that was not given is missing from `values`. */
export interface CommandArgs {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
}

/** A command of the `anamnesis` program, as data: help and completion are derived from it. */
export interface Command {
  /** One word or more: `load`, `audit verify`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What follows the name: `DIR|FILE... [options]`. */
  readonly usage: string
  /** Further paragraphs of the help. */
  readonly description?: string
  readonly options: Readonly<Record<string, CommandOption>>
  /**
   * Does the work.
   *
   * @returns the exit code
   * @throws UsageError when the command line makes no sense; anything else thrown is reported by its message
   */
  run(args: CommandArgs, io: CommandIo): Promise<number>
}

/** The command line is wrong: reported with the way to the help, and exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
