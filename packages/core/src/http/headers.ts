/** What a client wants of the response beside the resource. */
export interface Preferences {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome'
  readonly handling: 'strict' | 'lenient'
  /** `validation=off|structure|full`, or whatever was asked for. */
  readonly validation?: string
  /** True where `return` was asked for. */
  readonly returnAsked: boolean
}

const noPreferences: Preferences = Object.freeze({
  return: 'representation',
  returnAsked: false,
  handling: 'lenient',
})

/** Reads `Prefer: return=..., handling=...` (RFC 7240); what is unknown is ignored and the first of two counts, as the RFC says. */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined) return noPreferences
  const preferences = new Map<string, string>()
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=')
    const key = name.trim().toLowerCase()
    if (!preferences.has(key)) preferences.set(key, value.trim().replace(/^"(.*)"$/, '$1'))
  }
  const asked = preferences.get('return')
  const returned =
    asked === 'minimal' || asked === 'OperationOutcome' || asked === 'representation' ? asked : undefined
  const validation = preferences.get('validation')
  return {
    return: returned ?? 'representation',
    returnAsked: returned !== undefined,
    handling: preferences.get('handling') === 'strict' ? 'strict' : 'lenient',
    ...(validation === undefined ? {} : { validation }),
  }
}

/** The media type and charset of a Content-Type header, in lower case. */
export function parseContentType(header: string | undefined): {
  readonly type: string
  readonly charset: string
} {
  const [type = '', ...parameters] = (header ?? '').split(';')
  const charset = parameters
    .map((part) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(part)?.[1])
    .find(Boolean)
  return { type: type.trim().toLowerCase(), charset: (charset ?? 'utf-8').toLowerCase() }
}

/** A header's value as the UTF-8 text that some clients send without encoding it; Node reads headers byte by byte. */
export function utf8Header(header: string | undefined): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what is looked for.
  if (header === undefined || /^[\x00-\x7f]*$/.test(header)) return header
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}
