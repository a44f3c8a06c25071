import path from 'node:path'

/** What an operator can choose, already checked. */
export interface Settings {
  /** Port of the FHIR interface. */
  readonly port: number
  /** Port of the dashboards. */
  readonly uiPort: number
  /** Address to listen on. */
  readonly host: string
  /** Absolute path of the folder for the embedded database. */
  readonly dataDir: string
  /** Whether the operator chose `dataDir`, so that nothing may be put anywhere else. */
  readonly dataDirChosen: boolean
  /** PostgreSQL to use instead of the embedded one. */
  readonly databaseUrl: string | undefined
  /** Whether an empty database is filled with the demo hospital. */
  readonly demoData: boolean
  /** Whether `$explain` shows how searches are run. */
  readonly explain: boolean
  /** What writes are checked for. */
  readonly validation: 'off' | 'structure' | 'full'
  /** Absolute paths of FHIR packages. */
  readonly packages: readonly string[]
  /** Absolute path of the folder of imported code systems. */
  readonly terminologyDir: string | undefined
}

/** One setting that cannot be used as it is. */
interface Problem {
  readonly name: string
  readonly value: string
  readonly expected: string
  readonly remedy: string
}

/** All settings that cannot be used, together, so that one restart is enough. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(
      ({ name, value, expected, remedy }) => `  ${name}=${value}: expected ${expected}. ${remedy}`,
    )
    super(`These settings cannot be used:\n${lines.join('\n')}`)
  }
}

/**
 * Reads the settings from the environment; an empty value counts as none.
 *
 * @throws SettingsError naming every wrong setting, its value and the remedy; passwords are masked
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: Problem[] = []
  const text = (name: string) => env[name]?.trim() || undefined
  const refuse = (name: string, value: string, expected: string, remedy: string) =>
    problems.push({ name, value, expected, remedy })

  const port = (name: string, fallback: number): number => {
    const value = text(name)
    if (value === undefined) return fallback
    const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
    if (number >= 1 && number <= 65_535) return number
    refuse(name, value, 'a port from 1 to 65535', `Leave it out for ${fallback}.`)
    return fallback
  }

  const flag = (name: string, fallback: boolean): boolean => {
    const value = text(name)
    if (value === undefined) return fallback
    if (/^(1|true|yes|on)$/i.test(value)) return true
    if (!/^(0|false|no|off)$/i.test(value))
      refuse(name, value, 'yes or no', `Leave it out for ${fallback ? 'yes' : 'no'}.`)
    return false
  }

  const host = (): string => {
    const value = text('HOST')
    if (value === undefined) return '127.0.0.1'
    if (/^(?:[\w-]+(?:\.[\w-]+)*|[\da-f:.]*:[\da-f:.]*)$/i.test(value)) return value
    refuse(
      'HOST',
      value,
      'a host name or an IP address, without scheme, port or brackets',
      'Use 0.0.0.0 for every network.',
    )
    return value
  }

  const databaseUrl = (): string | undefined => {
    const value = text('DATABASE_URL')
    if (value === undefined) return undefined
    if (/^postgres(ql)?:$/.test(parseUrl(value)?.protocol ?? '')) return value
    refuse(
      'DATABASE_URL',
      maskPassword(value),
      'postgresql://user:password@host:5432/database',
      'Write special characters of the password as %XX. Leave it out for the embedded PostgreSQL.',
    )
    return undefined
  }

  const validation = (): Settings['validation'] => {
    const value = text('VALIDATION') ?? 'full'
    if (value === 'off' || value === 'structure' || value === 'full') return value
    refuse('VALIDATION', value, 'off, structure or full', 'Leave it out for full.')
    return 'full'
  }

  const settings: Settings = {
    port: port('PORT', 8000),
    uiPort: port('UI_PORT', 3000),
    host: host(),
    dataDir: path.resolve(text('DATA_DIR') ?? './.data'),
    dataDirChosen: text('DATA_DIR') !== undefined,
    databaseUrl: databaseUrl(),
    demoData: flag('DEMO_DATA', true),
    explain: flag('EXPLAIN', false),
    validation: validation(),
    packages: (text('PACKAGES') ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map((each) => path.resolve(each)),
    terminologyDir: resolved(text('TERMINOLOGY_DIR')),
  }
  if (settings.port === settings.uiPort && problems.length === 0) {
    refuse(
      'UI_PORT',
      String(settings.uiPort),
      `a port other than PORT=${settings.port}`,
      'Choose another one.',
    )
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

function resolved(value: string | undefined): string | undefined {
  return value === undefined ? undefined : path.resolve(value)
}

function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value)
  } catch {
    return undefined
  }
}

/** Everything between the first colon after the scheme and the last @ may be the password of a URL gone wrong. */
function maskPassword(value: string): string {
  return value.replace(/^([^:@]*:\/\/)?([^:@]*):.*@/s, '$1$2:***@')
}
