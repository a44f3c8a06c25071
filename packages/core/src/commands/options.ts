import { type CommandArgs, UsageError } from './command.js'

// Options that several commands have.

/** Where a server that was just started is. */
export const defaultUrl = 'http://127.0.0.1:8000/fhir'

/** `--url`, without a slash at its end. */
export function readUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username) return value.replace(/\/+$/, '')
  throw new UsageError(`--url ${value}: expected http://host:port/path, with credentials in --header only.`)
}

/** `--header 'Name: value'`, repeated. */
export function readHeaders(values: CommandArgs['values'][string]): Record<string, string> {
  const headers = (Array.isArray(values) ? values : []).map((value) => {
    const match = /^([!#$%&'*+.^_`|~\w-]+):\s*(.+)$/.exec(String(value))
    if (!match) throw new UsageError("--header: expected 'Name: value'.")
    return [match[1]!.toLowerCase(), match[2]!]
  })
  return Object.fromEntries(headers)
}

/** An option that takes one text. */
export function text(value: CommandArgs['values'][string]): string | undefined {
  return typeof value === 'string' ? value : undefined
}
