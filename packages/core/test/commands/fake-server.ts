import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the stand-in endpoint received it. */
export interface Received {
  readonly body: string
  readonly headers: IncomingMessage['headers']
  readonly method: string
  readonly url: string
}

interface Entry {
  readonly fullUrl?: string
  readonly resource?: { readonly resourceType: string; readonly id?: string }
  readonly request: { readonly method: string; readonly url: string; readonly ifNoneExist?: string }
}

/** Answers instead of the endpoint; false leaves the request to it. */
export type Intercept = (request: Received, response: ServerResponse) => boolean

/** A stand-in for a FHIR endpoint: takes bundles, keeps what they put, and remembers every request. */
export class FakeServer {
  readonly received: Received[] = []
  readonly stored = new Map<string, string>()
  /** Entries whose id or full URL contains this are refused. */
  refuse: string | undefined
  intercept: Intercept = () => false
  url = ''
  busiest = 0
  /** Bundles are held back until so many requests are under way, once, for five seconds at most. */
  holdUntil = 0
  #open = 0
  #created = 0
  readonly #server = createServer((request, response) => this.#handle(request, response))

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/fhir`
    return this
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  /** The bodies of the bundles, in the order of their arrival. */
  get bodies(): string[] {
    return this.received.filter(({ method }) => method === 'POST').map(({ body }) => body)
  }

  async #hold(): Promise<void> {
    const until = performance.now() + 5000
    while (this.#open < this.holdUntil && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    this.holdUntil = 0
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.#open)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { headers, method = '', url = '' } = request
    const received = { body: Buffer.concat(parts).toString('utf8'), headers, method, url }
    this.received.push(received)
    if (method === 'POST') await this.#hold()
    await new Promise((resolve) => setTimeout(resolve, 5))
    this.#open--
    if (this.intercept(received, response)) return
    if (method === 'GET') {
      response.writeHead(this.stored.has(url.replace('/fhir/', '')) ? 200 : 404).end('{}')
      return
    }
    const bundle = JSON.parse(received.body) as { type: string; entry: Entry[] }
    const refused = bundle.entry.findIndex((entry) => this.#refuses(entry))
    if (bundle.type === 'transaction' && refused >= 0) {
      send(
        response,
        422,
        outcome('Expected a date, found "gestern".', `Bundle.entry[${refused}].resource.birthDate`),
      )
      return
    }
    send(response, 200, {
      resourceType: 'Bundle',
      type: `${bundle.type}-response`,
      entry: bundle.entry.map((entry) => this.#store(entry)),
    })
  }

  #refuses(entry: Entry): boolean {
    return this.refuse !== undefined && JSON.stringify(entry).includes(this.refuse)
  }

  #store(entry: Entry) {
    if (this.#refuses(entry)) {
      return {
        response: { status: '422 Unprocessable', outcome: outcome('Expected a date, found "gestern".') },
      }
    }
    const { method, url, ifNoneExist } = entry.request
    const key =
      method === 'PUT'
        ? url
        : ifNoneExist
          ? `${url}/${ifNoneExist.replace(/\W/g, '')}`
          : `${url}/new${++this.#created}`
    const content = JSON.stringify(entry.resource)
    const before = this.stored.get(key)
    if (!(before !== undefined && ifNoneExist)) this.stored.set(key, content)
    const status = before === undefined ? '201 Created' : '200 OK'
    const etag = before === undefined || before === content ? 'W/"1"' : 'W/"2"'
    return {
      response: { status, etag, location: `${key}/_history/1`, lastModified: new Date().toISOString() },
    }
  }
}

function send(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(content))
}

function outcome(text: string, expression?: string) {
  const issue = {
    severity: 'error',
    code: 'invalid',
    details: { text },
    ...(expression ? { expression: [expression] } : {}),
  }
  return { resourceType: 'OperationOutcome', issue: [issue] }
}
