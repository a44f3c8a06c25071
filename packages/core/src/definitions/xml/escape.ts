/** What an attribute cannot hold as it is: markup, white space that a parser would change, and what XML has no way to say. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const special = /[&<>"\u0000-\u001f\ufffe\uffff\ud800-\udfff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const each = /[&<>"\u0000-\u001f\ufffe\uffff]/g

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text for an attribute in double quotes, or between tags. Characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  if (!special.test(text)) return text
  return text.toWellFormed().replace(each, (character) => names[character] ?? '\ufffd')
}
