// Random elements of a type, made of what an expression speaks of: its names, and its texts as values.
import type fc from 'fast-check'
import { r4 } from '../../../src/definitions/r4.js'
import { childrenOf, isPrimitiveType } from '../../../src/fhirpath/model.js'

export interface Vocabulary {
  readonly names: readonly string[]
  readonly texts: readonly string[]
}

/** The names and texts in an expression. */
export function vocabularyOf(expression: string): Vocabulary {
  const texts = [...expression.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) => text)
  const bare = expression.replace(/'((?:[^'\\]|\\.)*)'/g, '')
  const names = [...new Set(bare.match(/[a-zA-Z]\w*/g) ?? [])]
  return {
    names: [...names, 'id', 'extension'],
    texts: [...texts, 'a', '1', 'a.b', 'http://unitsofmeasure.org'],
  }
}

type Arbitraries = typeof fc

/** An object of a type, with any of the elements that the vocabulary names. */
export function randomElement(
  g: fc.GeneratorValue,
  arbitraries: Arbitraries,
  type: string,
  vocabulary: Vocabulary,
  depth = 0,
): Record<string, unknown> {
  const element: Record<string, unknown> = r4.isResourceType(type) ? { resourceType: type } : {}
  for (const name of vocabulary.names) {
    const definition = r4.elements(type)?.get(name)
    if (definition === undefined || depth > 4 || !g(arbitraries.boolean)) continue
    const child = g(arbitraries.constantFrom, ...childrenOf(type, name))
    const value = () => randomValue(g, arbitraries, child.type, vocabulary, depth)
    const beside =
      isPrimitiveType(child.type) && name !== 'id' && g(arbitraries.integer, { min: 0, max: 19 }) === 0
    if (definition.max === 1) element[child.property] = value()
    else element[child.property] = g(arbitraries.boolean) ? [value()] : [value(), value()]
    if (beside && definition.max === 1) {
      element[child.sibling] = { id: 'x' }
      if (g(arbitraries.boolean)) delete element[child.property]
    }
  }
  return element
}

function randomValue(
  g: fc.GeneratorValue,
  arbitraries: Arbitraries,
  type: string,
  vocabulary: Vocabulary,
  depth: number,
): unknown {
  switch (type) {
    case 'boolean':
      return g(arbitraries.boolean)
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
    case 'decimal':
      return g(arbitraries.integer, { min: -1, max: 3 })
    case 'date':
      return g(arbitraries.constantFrom, '2020', '2020-01', '2020-01-02', '2021-03-01')
    case 'dateTime':
    case 'instant':
      return g(
        arbitraries.constantFrom,
        ...(type === 'dateTime' ? ['2020', '2020-01-02', '2021'] : []),
        '2020-01-02T10:00:00Z',
        '2020-01-02T10:00:00+01:00',
        '2020-01-02T10:00:00.5Z',
      )
    case 'time':
      return g(arbitraries.constantFrom, '10:00:00', '11:00:00')
    case 'xhtml':
      return '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>'
    case '':
      return { resourceType: g(arbitraries.constantFrom, 'Patient', 'Composition', 'MessageHeader'), id: 'a' }
    default:
      if (isPrimitiveType(type)) return g(arbitraries.constantFrom, ...vocabulary.texts)
      return randomElement(g, arbitraries, type, vocabulary, depth + 1)
  }
}
