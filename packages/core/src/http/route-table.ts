import Router from '@koa/router'
import type { Route } from '../plugin/route.js'

/** A route with the values of its path's parameters. */
export interface MatchedRoute {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** The routes outside the FHIR base. Paths are matched by @koa/router, outside any socket. */
export class RouteTable {
  readonly #router = new Router()
  readonly #routes = new Map<string, Route>()

  constructor(routes: readonly Route[]) {
    for (const [index, route] of routes.entries()) {
      const name = String(index)
      this.#router.register(route.path, [route.method], () => {}, { name })
      this.#routes.set(name, route)
    }
  }

  /** The route of a request; `methods` lists what is possible where only the method is wrong. */
  find(method: string, path: string): MatchedRoute | { readonly methods: readonly string[] } | undefined {
    const matched = this.#router.match(path, method === 'HEAD' ? 'GET' : method)
    const layer = matched.pathAndMethod.at(-1)
    const route = layer?.name === undefined ? undefined : this.#routes.get(layer.name)
    if (layer && route) return { route, params: layer.params(path, layer.captures(path)) }
    if (matched.path.length === 0) return undefined
    return { methods: [...new Set(matched.path.flatMap((found) => found.methods))] }
  }
}
