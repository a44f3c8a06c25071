import model from 'fhirpath/fhir-context/r4'

/** An element of a parsed XML text. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** As in the source. */
  readonly text: string
}

/** Just enough of XML for the official test cases: elements, attributes, entities and comments. */
export function parseXml(xml: string): XmlElement {
  const token = /<!--[\s\S]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g
  const root: XmlElement & { children: XmlElement[] } = { name: '', attributes: {}, children: [], text: '' }
  const open: { element: XmlElement & { children: XmlElement[] }; start: number }[] = [
    { element: root, start: 0 },
  ]
  for (const match of xml.matchAll(token)) {
    const [whole, close, name, attributes = '', empty] = match
    if (name === undefined) continue
    if (close) {
      const { element, start } = open.pop() as { element: XmlElement; start: number }
      Object.assign(element, { text: xml.slice(start, match.index + whole.length) })
      continue
    }
    const element = { name, attributes: parseAttributes(attributes), children: [], text: whole }
    open.at(-1)?.element.children.push(element)
    if (!empty) open.push({ element, start: match.index })
  }
  return root.children[0] as XmlElement
}

function parseAttributes(text: string): Record<string, string> {
  const all = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)
  return Object.fromEntries(
    [...all].map(([, name, double, single]) => [name, unescapeXml(double ?? single ?? '')]),
  )
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string, name: string) =>
    code ? String.fromCharCode(Number(code)) : (named[name] ?? ''),
  )
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name)
}

/** A resource as FHIR's XML has it, as FHIR's JSON has it (https://hl7.org/fhir/R4/json.html). */
export function resourceFromXml(element: XmlElement): Record<string, unknown> {
  return { resourceType: element.name, ...membersFromXml(element, element.name) }
}

function membersFromXml(element: XmlElement, path: string): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  for (const attribute of ['id', 'url'])
    if (element.attributes[attribute]) members[attribute] = element.attributes[attribute]
  for (const child of element.children) {
    const { type, repeats, path: childPath } = typeOf(path, child.name)
    const [value, extra] = valueFromXml(child, type, childPath)
    if (repeats) {
      members[child.name] = [...((members[child.name] as unknown[] | undefined) ?? []), value ?? null]
      if (extra) throw new Error('Lists of primitives with extensions do not occur in the test cases.')
    } else {
      if (value !== undefined) members[child.name] = value
      if (extra) members[`_${child.name}`] = extra
    }
  }
  return members
}

function valueFromXml(element: XmlElement, type: string, path: string): [value: unknown, extra?: unknown] {
  // Line ends and quotes as an XML parser gives them.
  if (type === 'xhtml') return [element.text.replace(/\r\n/g, '\n').replaceAll('&quot;', '"')]
  if (/^[A-Z]/.test(type) && !type.startsWith('System.')) return [membersFromXml(element, path)]
  const text = element.attributes.value
  const value =
    type === 'boolean'
      ? text === 'true'
      : /^(integer|decimal|unsignedInt|positiveInt)$/.test(type)
        ? Number(text)
        : text
  return [
    text === undefined ? undefined : value,
    element.children.length > 0 ? membersFromXml(element, 'Element') : undefined,
  ]
}

function typeOf(parent: string, name: string): { type: string; repeats: boolean; path: string } {
  const own = `${parent}.${name}`
  const path = model.pathsDefinedElsewhere[own] ?? own
  const { path2Type, path2Repeating } = model as unknown as {
    path2Type: Record<string, string>
    path2Repeating: Record<string, boolean>
  }
  const choice =
    name.startsWith('value') || name.startsWith('deceased') ? name.replace(/^(value|deceased)/, '') : ''
  const type =
    path2Type[path] ??
    (/^(Boolean|Integer|Decimal|String|Code|Date|DateTime|Uri|Id)$/.test(choice)
      ? choice.charAt(0).toLowerCase() + choice.slice(1)
      : choice)
  return {
    type,
    repeats: path2Repeating[path] === true,
    path: type === 'BackboneElement' || type === 'Element' ? path : type,
  }
}
