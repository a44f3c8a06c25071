import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A fenced block of code. */
export interface CodeBlock {
  /** Of the file, relative to the root. */
  readonly file: string
  /** Of the block's first line of code, from 1. */
  readonly line: number
  /** All that follows the opening fence, e.g. `ts` or `sh tour`. */
  readonly info: string
  readonly code: string
}

/** Every page that a reader of the repository meets, but for the decisions: relative to the root. */
export function pages(): string[] {
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.split(path.sep).join('/')}`)
    .filter((name) => name.endsWith('.md') && !name.startsWith('docs/adr/'))
  const workspaces = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(path.join(root, parent))
      .map((name) => `${parent}/${name}/README.md`)
      .filter(exists),
  )
  return ['README.md', 'CONTRIBUTING.md', ...docs, ...workspaces].sort()
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

export function exists(file: string): boolean {
  try {
    readFileSync(path.join(root, file))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR'
  }
}

/** The fenced blocks of a page whose fence says `language`. */
export function codeBlocks(file: string, language: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { info: string; line: number; lines: string[] } | undefined
  for (const [index, line] of read(file).split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line)
    if (!fence) open?.lines.push(line)
    else if (!open) open = { info: (fence[1] ?? '').trim(), line: index + 2, lines: [] }
    else {
      if (open.info.split(' ')[0] === language)
        blocks.push({ file, line: open.line, info: open.info, code: `${open.lines.join('\n')}\n` })
      open = undefined
    }
  }
  if (open) throw new Error(`${file}: the block that opens at line ${open.line - 1} is never closed`)
  return blocks
}

/** The rows of every table of a page, or of one section of it, without heads, as trimmed cells. */
export function tableRows(file: string, heading?: string): string[][] {
  const rows: string[][] = []
  let head = true
  for (const line of heading === undefined ? read(file).split('\n') : section(file, heading)) {
    if (!line.startsWith('|')) head = true
    else if (/^\|[-:| ]+\|$/.test(line)) head = false
    else if (!head) {
      const cells = line.slice(1, line.lastIndexOf('|')).split(/(?<!\\)\|/)
      rows.push(cells.map((cell) => cell.trim()))
    }
  }
  return rows
}

/** The lines under a heading, up to the next heading. */
function section(file: string, heading: string): string[] {
  const lines = withoutCode(file).split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  if (start === -1) throw new Error(`${file} has no heading "${heading}"`)
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line))
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length)
}

/** Anchors of the headings of a page, as GitHub makes them. */
export function anchors(file: string): string[] {
  return [...withoutCode(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Prose and tables without what is in fences. */
export function withoutCode(file: string): string {
  return read(file).replace(/^\s*```[\s\S]*?^\s*```$/gm, '')
}
