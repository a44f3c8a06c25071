import path from 'node:path'
import { BootError, createFhirServer } from '@anamnesis/core'
import { citus } from '@anamnesis/plugin-citus'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js'
import { readSecret } from './secret.js'
import { readSettings, type Settings, SettingsError } from './settings.js'

const say = (line: string) => console.log(line)

/** Starts the hospital server and returns what stops it. */
async function start(settings: Settings): Promise<() => Promise<void>> {
  const began = performance.now()
  let postgres: EmbeddedPostgres | undefined
  if (!settings.databaseUrl) {
    postgres = await startEmbeddedPostgres({
      dataDir: settings.dataDir,
      explicit: settings.dataDirChosen,
      log: say,
    })
  }
  try {
    const server = await createFhirServer({
      name: 'Anamnesis hospital',
      plugins: [citus({ connectionString: settings.databaseUrl ?? postgres?.connectionString ?? '' })],
      secret: await readSecret(postgres?.folder ?? settings.dataDir),
      log: 'warn',
      explain: settings.explain,
      validation: settings.validation,
      packages: settings.packages,
      packageCache: path.join(postgres?.folder ?? settings.dataDir, 'packages'),
      ...(settings.terminologyDir === undefined ? {} : { terminologyFolder: settings.terminologyDir }),
    })
    try {
      if (settings.demoData) await loadDemoData(server)
      const { url } = await server.listen(settings.port, settings.host)
      announce(url, settings, postgres, performance.now() - began)
    } catch (error) {
      await server.stop()
      throw error
    }
    return async () => {
      await server.stop()
      await postgres?.stop()
    }
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

async function loadDemoData(server: Awaited<ReturnType<typeof createFhirServer>>): Promise<void> {
  // Only a first start needs the generator.
  const [{ demoBundles }, { loadDemo }] = await Promise.all([
    import('./demo/bundles.js'),
    import('./load-demo.js'),
  ])
  const shown = process.stdout.isTTY
  const sent = await loadDemo(server, demoBundles(), ({ done, of, resources }) => {
    if (shown)
      process.stdout.write(`\rLoading the demo hospital: ${done}/${of} bundles, ${resources} resources`)
  })
  if (sent > 0) say(`${shown ? '\n' : ''}Demo hospital loaded: ${sent} resources.`)
}

function announce(
  url: string,
  settings: Settings,
  postgres: EmbeddedPostgres | undefined,
  milliseconds: number,
): void {
  say(`Anamnesis hospital is ready (${(milliseconds / 1000).toFixed(1)} s).`)
  say(`  FHIR R4      ${url}`)
  say(`  Try          curl '${url}/Patient?_count=3&_pretty=true'`)
  say(`  Conformance  ${url}/metadata`)
  say(`  Data         ${postgres ? postgres.folder : 'the PostgreSQL of DATABASE_URL'}`)
  say(
    `There is no login yet: whoever reaches ${settings.host}:${settings.port} reads and writes everything. Ctrl-C stops.`,
  )
}

/** Errors that an operator can act on come as text; anything else keeps its stack. */
function complain(error: unknown): void {
  const expected = error instanceof SettingsError || error instanceof BootError || error instanceof Error
  console.error(expected && process.env.DEBUG === undefined ? (error as Error).message : error)
}

let stop: (() => Promise<void>) | undefined
let stopping = false

async function shutDown(signal: NodeJS.Signals): Promise<void> {
  // A second signal means now.
  if (stopping) process.exit(130)
  stopping = true
  say(`\n${signal}: finishing what is in flight, then stopping.`)
  await stop?.()
  process.exit(0)
}

process.on('SIGINT', shutDown)
process.on('SIGTERM', shutDown)

try {
  stop = await start(readSettings(process.env))
  if (stopping) await stop()
} catch (error) {
  complain(error)
  process.exit(1)
}
