import { FhirError } from '../errors/fhir-error.js'
import type { QueryParameters } from '../plugin/interaction.js'

/**
 * Decodes `a=b&c=d`, in order, `+` as a space. A parameter without a value has the empty string.
 *
 * @throws FhirError `malformed-request` for percent signs that encode no UTF-8 text.
 */
export function parseQueryString(text: string): QueryParameters {
  if (text === '') return []
  const parameters: [string, string][] = []
  for (const part of text.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    parameters.push([decode(name), equals === -1 ? '' : decode(part.slice(equals + 1))])
  }
  return parameters
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return refuseNul(spaced)
  try {
    return refuseNul(decodeURIComponent(spaced))
  } catch {
    throw new FhirError(
      'malformed-request',
      `The URL has '${text.slice(0, 60)}', which is no percent-encoded UTF-8 text. Encode a literal % as %25.`,
    )
  }
}

/** U+0000 is in no FHIR string, and PostgreSQL cannot hold it. */
function refuseNul(text: string): string {
  if (!text.includes('\0')) return text
  throw new FhirError(
    'malformed-request',
    'The URL has the character U+0000, which no FHIR value contains. Remove it.',
  )
}
