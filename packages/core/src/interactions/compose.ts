import type { RequestContext } from '../plugin/context.js'
import type { Handler } from '../plugin/handlers.js'

/**
 * Puts handlers around the innermost work, the first one outermost. Without handlers the call goes straight through.
 * A handler may call `next` once.
 */
export function runHandlers<Input, Output>(
  handlers: readonly Handler<Input, Output>[],
  input: Input,
  ctx: RequestContext,
  innermost: (input: Input) => Promise<Output>,
): Promise<Output> {
  if (handlers.length === 0) return innermost(input)
  const call = (index: number, current: Input): Promise<Output> => {
    const handler = handlers[index]
    if (!handler) return innermost(current)
    let called = false
    return handler(current, ctx, (changed) => {
      if (called) throw new Error('a handler called next() twice')
      called = true
      return call(index + 1, changed ?? current)
    })
  }
  return call(0, input)
}
