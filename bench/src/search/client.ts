import http from 'node:http'
import type { Ask } from './shape.js'

export interface Answer {
  readonly status: number
  readonly body: string
  /** From the first byte sent to the last received. */
  readonly milliseconds: number
}

/** One connection that is kept; requests go one after the other. */
export function createClient(base: string): { ask(ask: Ask): Promise<Answer>; close(): void } {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  return {
    ask({ path, form }) {
      return new Promise((resolve, reject) => {
        const began = performance.now()
        const request = http.request(`${base}/${encodeURI(path)}`, {
          agent,
          method: form === undefined ? 'GET' : 'POST',
          headers: {
            accept: 'application/fhir+json',
            ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
        })
        request.on('error', reject)
        request.on('response', (response) => {
          const chunks: Buffer[] = []
          response.on('error', reject)
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const milliseconds = performance.now() - began
            const body = Buffer.concat(chunks).toString('utf8')
            resolve({ status: response.statusCode ?? 0, body, milliseconds })
          })
        })
        request.end(form)
      })
    },
    close: () => agent.destroy(),
  }
}
