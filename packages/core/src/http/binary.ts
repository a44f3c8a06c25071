// Binary leaves as what it is, unless the client asks for FHIR. https://hl7.org/fhir/R4/binary.html#rest
import { parseJson } from '../fhir/json.js'
import type { AnyResource } from '../fhir/types.js'
import type { QueryParameters } from '../plugin/interaction.js'
import { parseContentType } from './headers.js'

/** The raw bytes of a Binary with their type. */
export interface RawBinary {
  readonly contentType: string
  readonly data: Uint8Array
  readonly securityContext?: string
}

/** True where a read of a Binary wants the FHIR resource and not its bytes. */
export function wantsResource(accept: string | undefined, parameters: QueryParameters): boolean {
  const format = parameters.find(([name]) => name === '_format')?.[1]
  if (format) return true
  return (accept ?? '').split(',').some((part) => {
    const { type } = parseContentType(part)
    return type === 'application/fhir+json' || type === 'application/fhir+xml' || type === 'application/json'
  })
}

/** Opens a Binary's text; `undefined` for one without content type, which leaves as FHIR. */
export function openBinary(content: string): RawBinary | undefined {
  const resource = parseJson(content).value as AnyResource & {
    contentType?: unknown
    data?: unknown
    securityContext?: { reference?: unknown }
  }
  if (typeof resource.contentType !== 'string' || !/^[\x20-\x7e]+$/.test(resource.contentType))
    return undefined
  const context = resource.securityContext?.reference
  return {
    contentType: resource.contentType,
    data: Buffer.from(typeof resource.data === 'string' ? resource.data : '', 'base64'),
    ...(typeof context === 'string' ? { securityContext: context } : {}),
  }
}
