import { runCli } from './commands/cli.js'
import { load } from './commands/load.js'
import { reindex } from './commands/reindex.js'
import { terminologyImport } from './commands/terminology-import.js'
import { terminologyList } from './commands/terminology-list.js'
import { version } from './version.js'

const stopping = new AbortController()
// The second Ctrl-C ends the process the ordinary way.
process.once('SIGINT', () => {
  process.stderr.write('\nFinishing what is under way; press Ctrl-C again to stop at once.\n')
  stopping.abort()
})

process.exitCode = await runCli(
  process.argv.slice(2),
  { version, commands: [load, reindex, terminologyImport, terminologyList] },
  {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: stopping.signal,
  },
)
