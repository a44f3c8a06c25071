declare const type: unique symbol

/** Names a service that exactly one plugin provides. Tokens are equal by `id`, so a second copy of a package is harmless. */
export interface ServiceToken<T> {
  readonly kind: 'service'
  readonly id: string
  /** Phantom: carries the type, never a value. */
  readonly [type]?: T
}

/** Names a list to which any number of plugins contribute. */
export interface ExtensionPoint<T> {
  readonly kind: 'extension-point'
  readonly id: string
  readonly [type]?: T
}

/** A service that may be missing: its user gets `undefined` then. */
export interface OptionalService<T> {
  readonly kind: 'optional-service'
  readonly id: string
  readonly [type]?: T
}

// biome-ignore lint/suspicious/noExplicitAny: a token of any type; the type is recovered by TokenValue
export type AnyToken = ServiceToken<any> | ExtensionPoint<any> | OptionalService<any>

/** What a user of the token receives. */
export type UsedValue<Token> =
  Token extends ServiceToken<infer T>
    ? T
    : Token extends ExtensionPoint<infer T>
      ? readonly T[]
      : Token extends OptionalService<infer T>
        ? T | undefined
        : never

/** What a provider of the token returns: the service, or its contributions. */
export type ProvidedValue<Token> =
  Token extends ServiceToken<infer T> ? T : Token extends ExtensionPoint<infer T> ? readonly T[] : never

/** Defines a service, e.g. `defineService<Storage>('core.storage')`. The id is `plugin.name`. */
export function defineService<T>(id: string): ServiceToken<T> {
  return Object.freeze({ kind: 'service', id })
}

/** Defines an extension point, e.g. `defineExtensionPoint<Panel>('core.panels')`. */
export function defineExtensionPoint<T>(id: string): ExtensionPoint<T> {
  return Object.freeze({ kind: 'extension-point', id })
}

/** Uses a service where there is one. */
export function optional<T>(token: ServiceToken<T>): OptionalService<T> {
  return Object.freeze({ kind: 'optional-service', id: token.id })
}
