import type { FhirResponse } from '../plugin/http.js'
import type { Lifecycle } from '../plugin/lifecycle.js'
import type { Route } from '../plugin/route.js'

/**
 * `/health` says that the process lives and touches nothing, so that a database outage restarts no server;
 * `/health/ready` asks every plugin.
 */
export function healthRoutes(lifecycle: () => Lifecycle): readonly Route[] {
  return [
    { method: 'GET', path: '/health', handle: async () => json(200, { status: 'up' }) },
    {
      method: 'GET',
      path: '/health/ready',
      handle: async (_, ctx) => {
        const health = await lifecycle().health()
        const failing = [...health].filter(([, error]) => error !== undefined)
        for (const [plugin, error] of failing) ctx.log.warn({ plugin, err: error }, 'plugin is not ready')
        const plugins = Object.fromEntries(
          [...health].map(([plugin, error]) => [plugin, error ? 'down' : 'up']),
        )
        return json(failing.length > 0 ? 503 : 200, { status: failing.length > 0 ? 'down' : 'up', plugins })
      },
    },
  ]
}

function json(status: number, body: unknown): FhirResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}
