import { describeFound } from '../describe.js'
import { clip } from '../names.js'

/** A URL in a message: far longer than other text of a client's may be, for people look for it. */
export function shownUrl(url: string): string {
  return url.length > 200 ? `${url.slice(0, 200)}...` : url
}

/** A value in a message. */
export function shown(value: unknown): string {
  return typeof value === 'object' ? clip(JSON.stringify(value)) : describeFound(value)
}
