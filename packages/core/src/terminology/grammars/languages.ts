import { grammarProvider } from './grammar.js'

/**
 * RFC 5646, section 2.1: a tag of language, script, region, variants, extensions and private use, in this order. Languages
 * of four letters are reserved, and no longer ones were ever registered.
 */
const tag = new RegExp(
  [
    '^([a-z]{2,3})(?:-[a-z]{3}){0,3}',
    '(?:-([a-z]{4}))?',
    '(?:-([a-z]{2}|\\d{3}))?',
    '(?:-(?:[a-z0-9]{5,8}|\\d[a-z0-9]{3}))*',
    '(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*',
    '(?:-x(?:-[a-z0-9]{1,8})+)?$',
  ].join(''),
  'i',
)
const privateUse = /^x(?:-[a-z0-9]{1,8})+$/i
/** Tags of older registries. */
const grandfathered = new Set(
  (
    'en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu ' +
    'sgn-be-fr sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang'
  ).split(' '),
)
/** Regions that users give a meaning. */
const privateRegion = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/

let names: Readonly<Record<'language' | 'region' | 'script', Intl.DisplayNames>> | undefined

function nameOf(kind: 'language' | 'region' | 'script', code: string): string | undefined {
  names ??= {
    language: new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }),
    region: new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }),
    script: new Intl.DisplayNames('en', { type: 'script', fallback: 'none' }),
  }
  try {
    return names[kind].of(code)
  } catch {
    return undefined
  }
}

/**
 * Languages: BCP 47. Two-letter languages, regions and scripts have to be known to Unicode's CLDR, which comes with
 * Node.js; of the eight thousand languages with three letters it has the larger ones only, so that all are taken.
 */
export const languages = grammarProvider({
  system: 'urn:ietf:bcp:47',
  title: 'Tags for identifying languages (BCP 47)',
  spelled(code) {
    if (code.length > 100) return undefined
    const lower = code.toLowerCase()
    if (privateUse.test(code) || grandfathered.has(lower)) return lower
    const [, language, script, region] = tag.exec(lower) ?? []
    if (language === undefined) return undefined
    if (language.length === 2 && nameOf('language', language) === undefined) return undefined
    if (region !== undefined && !isRegion(region.toUpperCase())) return undefined
    return spell(lower, script, region)
  },
  display: (code) => nameOf('language', code),
})

function isRegion(code: string): boolean {
  return privateRegion.test(code) || nameOf('region', code) !== undefined
}

/** `sr-cyrl-rs` as `sr-Cyrl-RS`: only the subtags before any extension are changed. */
function spell(lower: string, script: string | undefined, region: string | undefined): string {
  const subtags = lower.split('-')
  const end = subtags.findIndex((each) => each.length === 1)
  const head = end === -1 ? subtags : subtags.slice(0, end)
  const spelled = head.map((each, index) => {
    if (index === 0) return each
    if (each === script) return (each[0] ?? '').toUpperCase() + each.slice(1)
    return each === region ? each.toUpperCase() : each
  })
  return [...spelled, ...(end === -1 ? [] : subtags.slice(end))].join('-')
}
