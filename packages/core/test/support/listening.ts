import { createFhirServer, type FhirServerOptions, memory, type Plugin } from '../../src/index.js'
import { exchange, type WireAnswer } from './hostile/wire.js'

/** A server on memory storage behind a socket. */
export interface Listening {
  readonly port: number
  /** The FHIR base. */
  readonly url: string
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Sends lines of HTTP as they are; `base` stands for the FHIR base path. */
  send(...lines: readonly string[]): Promise<WireAnswer>
  stop(): Promise<void>
}

export async function listeningServer(
  plugins: readonly Plugin[] = [],
  options: Partial<FhirServerOptions> = {},
): Promise<Listening> {
  const server = await createFhirServer({ plugins: [memory(), ...plugins], log: 'silent', ...options })
  const { port, url } = await server.listen(0)
  return {
    port,
    url,
    fetch: (path, init) => fetch(`${url}/${path}`, init),
    async send(...lines) {
      const answer = await exchange(port, { bytes: Buffer.from(lines.join('\r\n'), 'latin1') })
      if (!answer) throw new Error('The server hung up without an answer.')
      return answer
    },
    stop: () => server.stop(),
  }
}
