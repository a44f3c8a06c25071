import type { FhirRequest, FhirResponse } from '../src/plugin/http.js'
import { createFhirServer, type FhirServer, type FhirServerOptions } from '../src/server.js'

/** Settings of a test server: those of a server, with quiet logs. */
export type TestServerOptions = FhirServerOptions

/** A server without sockets. */
export interface TestServer extends FhirServer {
  /**
   * Sends a request below the FHIR base: `request('POST', 'Patient', { resourceType: 'Patient' })`. An object becomes
   * a JSON body, text is sent as it is.
   */
  request(
    method: string,
    path: string,
    body?: string | object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestResponse>
}

/** A response, with its JSON at hand. */
export interface TestResponse extends FhirResponse {
  /** The body parsed as JSON; throws where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every type
  readonly json: any
  readonly text: string
}

/** Boots a server for a test. Stop it when the test ends. */
export async function createTestServer(options: TestServerOptions): Promise<TestServer> {
  const server = await createFhirServer({ log: 'silent', ...options })
  const base = (options.basePath ?? '/fhir').replace(/\/$/, '')
  return {
    ...server,
    async request(method, path, body, headers = {}) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const request: FhirRequest = {
        method,
        url: `${base}/${path}`,
        headers: {
          host: 'localhost',
          ...(text === undefined ? {} : { 'content-type': 'application/fhir+json' }),
          ...headers,
        },
        body: text,
      }
      const response = await server.handle(request)
      const shown =
        typeof response.body === 'string' ? response.body : Buffer.from(response.body ?? []).toString('utf8')
      return {
        ...response,
        text: shown,
        get json() {
          return JSON.parse(shown)
        },
      }
    },
  }
}
