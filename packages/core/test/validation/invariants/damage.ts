// Random damage to a resource that keeps it JSON of a resource: elements lost, repeated, and swapped.
type Json = Record<string, unknown>

/** Numbers below a bound, always the same for the same seed. */
export function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/** Damages a resource where it is, in one to six places. */
export function damage(resource: object, random: (below: number) => number): void {
  const objects = objectsOf(resource)
  for (let count = 1 + random(6); count > 0; count--) {
    const object = objects[random(objects.length)] as Json
    const keys = Object.keys(object).filter((key) => key !== 'resourceType')
    const key = keys[random(Math.max(keys.length, 1))]
    if (key !== undefined) damageElement(object, key, objects, random)
  }
}

function damageElement(
  object: Json,
  key: string,
  objects: readonly Json[],
  random: (below: number) => number,
): void {
  const value = object[key]
  const others = objects.map((other) => other[key]).filter((other) => typeof other === typeof value)
  switch (random(4)) {
    case 0:
      if (Array.isArray(value)) value.push(structuredClone(value[0]))
      break
    case 1:
      object[key] = structuredClone(others[random(others.length)])
      break
    default:
      delete object[key]
  }
}

function objectsOf(value: unknown, found: Json[] = []): Json[] {
  if (Array.isArray(value)) for (const item of value) objectsOf(item, found)
  else if (typeof value === 'object' && value !== null) {
    found.push(value as Json)
    for (const item of Object.values(value)) objectsOf(item, found)
  }
  return found
}
