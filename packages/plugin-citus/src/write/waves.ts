import type { PreparedChange } from './prepare.js'

/**
 * Splits changes into waves in which each resource occurs once, so that several changes to one resource take effect in
 * their order. Nearly always there is one wave.
 *
 * @returns positions in `changes`, per wave.
 */
export function toWaves(changes: readonly PreparedChange[]): number[][] {
  const next = new Map<string, number>()
  const waves: number[][] = []
  for (const [index, { change }] of changes.entries()) {
    const key = `${change.type}/${change.id}`
    const wave = next.get(key) ?? 0
    next.set(key, wave + 1)
    if (waves[wave]) waves[wave].push(index)
    else waves.push([index])
  }
  return waves
}
