import type { SearchValue } from '../values.js'

/** Collects the values of one resource. Compiled extractors call it through the converters. */
export class ValueSink {
  readonly values: SearchValue[] = []
  /** The server's own base URL with a slash at its end, where references to it count as local. */
  readonly base: string | undefined

  constructor(base?: string) {
    this.base = base
  }

  /** A sink for one component of a composite. */
  nested(): ValueSink {
    return new ValueSink(this.base)
  }

  composite(param: string, components: readonly (readonly SearchValue[])[]): void {
    this.values.push({ param, type: 'composite', components })
  }
}

/** A value under construction. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }
