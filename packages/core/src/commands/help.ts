import type { Command, CommandOption } from './command.js'

/** The help of the program: every command with its line. */
export function overview(version: string, commands: readonly Command[]): string {
  const rows = [...commands]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, summary }) => [name, summary] as const)
  return [
    `anamnesis ${version}`,
    '',
    'Usage: anamnesis <command> [options]',
    '',
    'Commands:',
    columns([...rows, ['help [command]', 'Show this, or the options of a command']]),
    '',
    'anamnesis --version prints the version.',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(
    ([name, option]) => [flag(name, option), option.summary] as const,
  )
  return [
    `Usage: anamnesis ${command.name} ${command.usage}`,
    '',
    command.summary,
    ...(command.description ? ['', command.description] : []),
    '',
    'Options:',
    columns([...rows, ['-h, --help', 'Show this']]),
  ].join('\n')
}

function flag(name: string, { type, short, value }: CommandOption): string {
  return `${short ? `-${short}, ` : ''}--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
