import fc from 'fast-check'
import { plainText, wordsOfMarkup } from './world/texts.js'
import type { Condition } from './world/world.js'

/** An expression in words, and what it means. */
interface Said {
  readonly text: string
  holds(words: ReadonlySet<string>): boolean
}

const word: fc.Arbitrary<Said> = fc
  .constantFrom('bone', 'BONE', 'liver', 'metastases', 'métastases', 'at', 'lesion', 'bon')
  .map((text) => ({ text, holds: (words) => words.has(plainText(text)) }))

const { said } = fc.letrec<{ said: Said; term: Said }>((tie) => ({
  said: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('term'),
    fc.tuple(tie('term'), fc.constantFrom(' ', ' AND ', ' and '), tie('term')).map(
      ([a, join, b]): Said => ({
        text: `${a.text}${join}${b.text}`,
        holds: (words) => a.holds(words) && b.holds(words),
      }),
    ),
    fc.tuple(tie('term'), fc.constantFrom(' OR ', ' or '), tie('term')).map(
      ([a, join, b]): Said => ({
        text: `${a.text}${join}${b.text}`,
        holds: (words) => a.holds(words) || b.holds(words),
      }),
    ),
  ),
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    tie('said').map(({ text, holds }) => ({ text: `(${text})`, holds })),
    tie('term').map(({ text, holds }): Said => ({ text: `not ${text}`, holds: (words) => !holds(words) })),
  ),
}))

/** Conditions on the words of narratives. */
export const textConditions: fc.Arbitrary<Condition> = said.map(({ text, holds }) => ({
  name: '_text',
  value: text,
  decides: (_, { resource }) => {
    const { div } = (resource.text ?? {}) as { readonly div?: string }
    return holds(div === undefined ? new Set() : wordsOfMarkup(div))
  },
}))
