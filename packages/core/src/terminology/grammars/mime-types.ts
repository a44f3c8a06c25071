import { grammarProvider } from './grammar.js'

/** RFC 6838, section 4.2: names of at most 127 characters, then parameters of RFC 2045. */
const name = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}'
const token = "[!#$%&'*+.^_`|~A-Za-z0-9-]+"
const mimeType = new RegExp(
  `^(${name}/(?:${name}|\\*)|\\*/\\*)((?:\\s*;\\s*${token}=(?:${token}|"[^"\\\\]*"))*)$`,
)

/** Media types: BCP 13. Names do not mind case; parameters stay as they are. */
export const mimeTypes = grammarProvider({
  system: 'urn:ietf:bcp:13',
  title: 'Media types (BCP 13)',
  spelled(code) {
    if (code.length > 500) return undefined
    const [, type, parameters = ''] = mimeType.exec(code) ?? []
    return type === undefined ? undefined : type.toLowerCase() + parameters
  },
  display: (code) => code,
})
