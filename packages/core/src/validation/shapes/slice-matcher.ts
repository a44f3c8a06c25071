import { typeCode } from './base-plan.js'
import type { TreeSource } from './differential.js'
import { compileDiscriminator, type Matcher } from './discriminator.js'
import type { Discriminator, Slicing } from './element-definition.js'
import type { ElementNode } from './element-tree.js'
import { isObject } from './items.js'
import { valuesOf } from './shape.js'

/** Whether items belong to a slice: all discriminators of the slicing have to agree. */
export function compileMatcher(slice: ElementNode, slicing: Slicing | undefined, trees: TreeSource): Matcher {
  const discriminators = slicing?.discriminator ?? []
  if (/^(modifierE|e)xtension$/.test(slice.name) && discriminators.every(isUrl)) return byUrl(slice)
  if (slice.name.endsWith('[x]') && discriminators.every(isType)) {
    const types = slice.element.type?.map(typeCode) ?? []
    return ({ type }) => types.includes(type)
  }
  const all = discriminators.map((each) => compileDiscriminator(each, slice, trees))
  // Slicing that does not say how to tell slices apart is for readers.
  if (all.length === 0) return () => undefined
  return (item, context) => {
    let told: boolean | undefined = true
    for (const matches of all) {
      const answer = matches(item, context)
      if (answer === false) return false
      if (answer === undefined) told = undefined
    }
    return told
  }
}

function isUrl({ type, path }: Discriminator): boolean {
  return (type === 'value' || type === 'pattern') && path === 'url'
}

function isType({ type, path }: Discriminator): boolean {
  return type === 'type' && path === '$this'
}

function byUrl({ element, children }: ElementNode): Matcher {
  const url = children.find(({ name }) => name === 'url')
  const profile = element.type?.[0]?.profile?.[0]?.split('|')[0]
  const expected = (url && valuesOf(url.element).fixed) ?? profile
  return ({ value }) => expected !== undefined && isObject(value) && value.url === expected
}
