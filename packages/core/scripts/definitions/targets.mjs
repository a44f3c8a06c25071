// What a reference parameter may point to on one type: what its elements may, which a shared parameter does not say.

/**
 * A function that gives the target types of an expression: those of the elements that its branches select, `undefined`
 * where a branch leads to no reference.
 */
export function createTargets(structures) {
  const elements = new Map()
  for (const { snapshot } of structures) {
    for (const element of snapshot.element) elements.set(element.path, element)
  }

  return function targetsOf(expression) {
    const targets = new Set()
    for (const branch of expression.split(' | ')) {
      const found = targetsOfBranch(branch)
      if (!found) return undefined
      for (const type of found) targets.add(type)
    }
    return [...targets]
  }

  function targetsOfBranch(branch) {
    const [, resolved] = /\.where\(resolve\(\) is (\w+)\)\)?\s*$/.exec(branch) ?? []
    if (resolved) return [resolved]
    // `(Type.element as Reference)`, `Type.element.as(Reference)`, `Type.element[0].other.where(...)`
    const path = branch
      .replace(/^\((.*) as \w+\)/, '$1')
      .replace(/\.(as|where)\([^)]*\)/g, '')
      .replace(/\[\d+\]/g, '')
      .trim()
    const types = elementAt(path)?.type ?? []
    const references = types.filter(({ code }) => code === 'Reference' || code === 'canonical')
    if (references.length === 0) return undefined
    const profiles = references.flatMap(({ targetProfile }) => targetProfile ?? ['Resource'])
    const names = profiles.map((profile) => profile.split('/').pop())
    return names.includes('Resource') ? undefined : names
  }

  function elementAt(path) {
    const [root, ...names] = path.split('.')
    let at = root
    let element
    for (const name of names) {
      const inside = elements.get(`${at}.${name}`) ?? elements.get(`${at}.${name}[x]`)
      // The elements of a data type are listed under its own name.
      const [type] = element?.type ?? []
      element =
        inside ?? (type && (elements.get(`${type.code}.${name}`) ?? elements.get(`${type.code}.${name}[x]`)))
      if (!element) return undefined
      at = element.contentReference ? element.contentReference.slice(1) : element.path
    }
    return element
  }
}
