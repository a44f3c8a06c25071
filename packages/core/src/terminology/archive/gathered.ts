import type { DesignationRecord } from './concept-record.js'

/** All facts about one code. */
export interface Gathered {
  readonly code: string
  /** Undefined where nobody said that the code exists. */
  flags?: number
  display: string
  readonly designations: DesignationRecord[]
  readonly properties: (readonly [property: number, value: string])[]
  readonly asChild: number[]
  readonly asParent: number[]
  facts: number
}

/** Facts in order of codes, as `ArchiveWriter` writes them, put together. */
export function* gathered(facts: Iterable<string>): Generator<Gathered> {
  let current: Gathered | undefined
  for (const fact of facts) {
    const end = fact.indexOf('\0')
    const code = fact.slice(0, end)
    if (current?.code !== code) {
      if (current) yield current
      current = { code, display: '', designations: [], properties: [], asChild: [], asParent: [], facts: 0 }
    }
    current.facts++
    const content = JSON.parse(fact.slice(end + 10))
    switch (fact[end + 1]) {
      case 'c':
        current.flags = (current.flags ?? 0) | content[0]
        current.display ||= content[1]
        break
      case 'n':
        current.display ||= content
        break
      case 'd':
        current.designations.push(content)
        break
      case 'p':
        current.properties.push(content)
        break
      case 'r':
        current.asChild.push(content)
        break
      default:
        current.asParent.push(content)
    }
  }
  if (current) yield current
}
