import { parseArgs } from 'node:util'
import { type Command, type CommandArgs, type CommandIo, UsageError } from './command.js'
import { commandHelp, overview } from './help.js'
import { nearest } from './nearest.js'

/** What the program is and what it can do. */
export interface Cli {
  readonly version: string
  readonly commands: readonly Command[]
}

/**
 * Runs one command line, `argv` without program and script.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong command line
 */
export async function runCli(argv: readonly string[], cli: Cli, io: CommandIo): Promise<number> {
  const print = (text: string) => io.stdout.write(`${text}\n`)
  const [first] = argv
  if (first === '--version' || first === '-v') {
    print(cli.version)
    return 0
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return help(argv.slice(1), cli, io)
  }
  const found = find(argv, cli.commands)
  if (!found) return unknown(argv, cli, io)
  const { command, rest } = found
  try {
    const args = parse(command, rest)
    if (args.values.help) {
      print(commandHelp(command))
      return 0
    }
    return await command.run(args, io)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    io.stderr.write(`anamnesis ${command.name}: ${message}\n`)
    if (!(error instanceof UsageError)) return 1
    io.stderr.write(`Run anamnesis help ${command.name} for its options.\n`)
    return 2
  }
}

/** The command with the longest name that the line begins with. */
function find(argv: readonly string[], commands: readonly Command[]) {
  const matches = commands
    .map((command) => ({ command, words: command.name.split(' ') }))
    .filter(({ words }) => words.every((word, index) => argv[index] === word))
    .sort((a, b) => b.words.length - a.words.length)
  const best = matches[0]
  return best && { command: best.command, rest: argv.slice(best.words.length) }
}

function parse(command: Command, args: readonly string[]): CommandArgs {
  const options = Object.entries(command.options).map(([name, { type, short, multiple }]) => [
    name,
    { type, ...(short ? { short } : {}), ...(multiple ? { multiple } : {}) },
  ])
  try {
    return parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function help(words: readonly string[], cli: Cli, io: CommandIo): number {
  if (words.length === 0) {
    io.stdout.write(`${overview(cli.version, cli.commands)}\n`)
    return 0
  }
  const found = find(words, cli.commands)
  if (!found) return unknown(words, cli, io)
  io.stdout.write(`${commandHelp(found.command)}\n`)
  return 0
}

function unknown(words: readonly string[], cli: Cli, io: CommandIo): number {
  const name = words.filter((word) => !word.startsWith('-')).join(' ') || (words[0] ?? '')
  const names = cli.commands.map((command) => command.name)
  const guess = nearest(words[0] ?? '', names) ?? nearest(name, names)
  io.stderr.write(
    `anamnesis: there is no command "${name}". ${guess ? `Did you mean "${guess}"? ` : ''}Run anamnesis help for the list.\n`,
  )
  return 2
}
