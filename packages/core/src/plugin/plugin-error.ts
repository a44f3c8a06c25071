/** When a plugin failed. */
export type PluginPhase = 'graph' | 'setup' | 'start' | 'stop'

/** One plugin's failure, with what to do about it. */
export class PluginError extends Error {
  override readonly name = 'PluginError'
  constructor(
    readonly plugin: string,
    readonly phase: PluginPhase,
    message: string,
    readonly remedy: string,
    options?: { cause: unknown },
  ) {
    super(message, options)
  }
}

/** The server did not start: every problem found, each with plugin, phase and remedy. */
export class BootError extends Error {
  override readonly name = 'BootError'
  constructor(readonly problems: readonly PluginError[]) {
    super(
      [
        `The server did not start: ${problems.length} problem${problems.length === 1 ? '' : 's'}.`,
        ...problems.map(
          (problem) => `  - [${problem.plugin}] ${problem.phase}: ${problem.message}\n    ${problem.remedy}`,
        ),
      ].join('\n'),
      { cause: problems[0] },
    )
  }
}
