// What R4 allows in narratives: basic formatting of HTML 4.0, chapters 7 to 11 (without 9.4) and 15, links and images
// (https://hl7.org/fhir/R4/narrative.html#xhtml).

const words = (text: string): readonly string[] => text.split(' ')

/** Elements to the attributes that they have besides the common ones. */
export const elements: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    a: 'href name rel rev hreflang type charset shape coords target',
    abbr: '',
    acronym: '',
    address: '',
    area: 'shape coords href nohref alt',
    b: '',
    bdo: '',
    big: '',
    blockquote: 'cite',
    br: 'clear',
    caption: 'align',
    cite: '',
    code: '',
    col: 'span width align valign char charoff',
    colgroup: 'span width align valign char charoff',
    dd: '',
    dfn: '',
    div: 'align xmlns',
    dl: 'compact',
    dt: '',
    em: '',
    h1: 'align',
    h2: 'align',
    h3: 'align',
    h4: 'align',
    h5: 'align',
    h6: 'align',
    hr: 'align noshade size width',
    i: '',
    img: 'src alt longdesc name height width usemap ismap align border hspace vspace',
    kbd: '',
    li: 'type value',
    map: 'name',
    ol: 'type start compact',
    p: 'align',
    pre: 'width',
    q: 'cite',
    samp: '',
    small: '',
    span: '',
    strong: '',
    sub: '',
    sup: '',
    table: 'summary width border frame rules cellspacing cellpadding align bgcolor',
    tbody: 'align valign char charoff',
    td: 'abbr axis headers scope rowspan colspan align valign char charoff nowrap bgcolor width height',
    tfoot: 'align valign char charoff',
    th: 'abbr axis headers scope rowspan colspan align valign char charoff nowrap bgcolor width height',
    thead: 'align valign char charoff',
    tr: 'align valign char charoff bgcolor',
    tt: '',
    u: '',
    ul: 'type compact',
    var: '',
  }).map(([name, attributes]) => [name, new Set(words(attributes))]),
)

const common = new Set(words('class id title style lang xml:lang xml:space dir accesskey tabindex xmlns'))
const urlAttributes = new Set(words('href src cite longdesc usemap'))

/** What is wrong with an attribute of an allowed element; undefined if nothing is. */
export function attributeProblem(element: string, attribute: string, value: string): string | undefined {
  if (!common.has(attribute) && !elements.get(element)?.has(attribute)) {
    const reason = attribute.startsWith('on') ? ': a narrative has no scripts' : ''
    return `the attribute ${attribute} is not allowed on <${element}>${reason}.`
  }
  if (urlAttributes.has(attribute) && isScript(value)) {
    return `${attribute} of <${element}> may not hold a script, found '${value.slice(0, 40)}'.`
  }
  if (attribute === 'style' && loadsContent(value)) {
    return `the style of <${element}> may not load or run anything: leave url(), expression() and @import out.`
  }
  return undefined
}

/** Browsers ignore control characters and white space in a scheme. */
function isScript(url: string): boolean {
  if (!url.includes(':')) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const plain = url.replace(/[\u0000-\u0020]/g, '').toLowerCase()
  return /^(javascript|vbscript|livescript):/.test(plain) || plain.startsWith('data:text/html')
}

function loadsContent(style: string): boolean {
  if (!/[(@\\:]/.test(style)) return false
  // An escape could spell any of these words, and has no use in a narrative.
  if (style.includes('\\')) return true
  const plain = style.replace(/['"\s]+/g, '').toLowerCase()
  return /url\((?!#|data:image\/)|expression\(|@import|behavior:|-moz-binding/.test(plain)
}
