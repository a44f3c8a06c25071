import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Command, type CommandArgs, UsageError } from '../../src/commands/command.js'
import { runCaptured } from './capture.js'

const test = suite('anamnesis command line')

let seen: CommandArgs | undefined
const remember: Command['run'] = async (args) => {
  seen = args
  return 0
}
const command = (name: string, run = remember): Command => ({
  name,
  summary: `Does ${name}`,
  usage: 'FILE... [options]',
  options: {
    level: { type: 'string', short: 'l', value: 'N', summary: 'How much' },
    tag: { type: 'string', multiple: true, summary: 'May be repeated' },
    dry: { type: 'boolean', summary: 'Only say what would be done' },
  },
  run,
})
const commands = [command('load'), command('audit verify'), command('audit')]

test('a command gets its parsed options and positionals, and its exit code is the result', async () => {
  const ran = await runCaptured(
    ['load', 'a', '-l', '3', '--tag=x', '--tag', 'y', '--dry', 'b'],
    [command('load'), ...commands],
  )
  assert.is(ran.code, 0)
  assert.equal({ ...seen?.values }, { level: '3', tag: ['x', 'y'], dry: true })
  assert.equal(seen?.positionals, ['a', 'b'])
  assert.is((await runCaptured(['load'], [command('load', async () => 7)])).code, 7)
})

test('a name of two words wins over a name of one', async () => {
  seen = undefined
  await runCaptured(['audit', 'verify', 'x'], commands)
  assert.equal((seen as CommandArgs | undefined)?.positionals, ['x'])
  await runCaptured(['audit', 'trail'], commands)
  assert.equal((seen as CommandArgs | undefined)?.positionals, ['trail'])
})

test('an unknown command is answered with the nearest one', async () => {
  const ran = await runCaptured(['laod', 'x'], commands)
  assert.is(ran.code, 2)
  assert.match(ran.stderr, /Did you mean "load"/)
  assert.match((await runCaptured(['audit-verify'], commands)).stderr, /Did you mean "audit verify"/)
  assert.not.match((await runCaptured(['frobnicate'], commands)).stderr, /Did you mean/)
})

test('help lists every command, and every option of one', async () => {
  for (const argv of [[], ['help'], ['--help'], ['-h']]) {
    const { code, stdout } = await runCaptured(argv, commands)
    assert.is(code, 0)
    for (const { name, summary } of commands) assert.ok(stdout.includes(name) && stdout.includes(summary))
  }
  for (const argv of [
    ['help', 'load'],
    ['load', '--help'],
    ['load', '-h'],
  ]) {
    const { stdout } = await runCaptured(argv, commands)
    assert.match(stdout, /Usage: anamnesis load FILE\.\.\. \[options\]/)
    assert.match(stdout, /-l, --level N +How much/)
    assert.match(stdout, /--tag VALUE/)
  }
})

test('an unknown option and a usage error exit with 2 and lead to the help; any other error exits with 1', async () => {
  const unknown = await runCaptured(['load', '--levle', '3'], commands)
  assert.is(unknown.code, 2)
  assert.match(unknown.stderr, /--levle.*\n.*anamnesis help load/s)
  const fail = (error: Error) =>
    runCaptured(
      ['load'],
      [
        command('load', async () => {
          throw error
        }),
      ],
    )
  assert.is((await fail(new UsageError('no file'))).code, 2)
  const failed = await fail(new Error('disk full'))
  assert.is(failed.code, 1)
  assert.is(failed.stderr, 'anamnesis load: disk full\n')
})

test('the program itself prints its version and knows load', async () => {
  const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))
  const run = (...args: string[]) => promisify(execFile)(process.execPath, ['--import', 'tsx', bin, ...args])
  assert.match((await run('--version')).stdout, /^\d+\.\d+\.\d+/)
  assert.match((await run('help')).stdout, /^ {2}load /m)
})

test.run()
