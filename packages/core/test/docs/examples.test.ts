import { existsSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codeBlocks, pages, root } from './markdown.js'

const test = suite('ts blocks of the pages')

const blocks = pages().flatMap((file) => codeBlocks(file, 'ts'))

/** Where a block stands for the compiler: a file that exists only in its memory, among the repository's own. */
const placeOf = (index: number) => path.join(root, 'packages/core/test/docs', `block-${index}.ts`)

function createProgram(): ts.Program {
  const base = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), ts.sys.readFile).config
  const { options } = ts.convertCompilerOptionsFromJson(base.compilerOptions, root)
  const workspace = (name: string) => path.join(root, 'packages', name)
  Object.assign(options, {
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    // The sources, so that no build has to come first.
    paths: {
      '@anamnesis/core': [workspace('core/src/index.ts')],
      '@anamnesis/core/testing': [workspace('core/testing/index.ts')],
      '@anamnesis/plugin-citus': [workspace('plugin-citus/src/index.ts')],
    },
  } satisfies ts.CompilerOptions)
  // Every block is a module of its own, whatever it imports.
  const texts = new Map(blocks.map(({ code }, index) => [placeOf(index), `${code}export {}\n`]))
  const host = ts.createCompilerHost(options)
  const disk = { fileExists: host.fileExists, readFile: host.readFile, getSourceFile: host.getSourceFile }
  host.fileExists = (name) => texts.has(path.normalize(name)) || disk.fileExists(name)
  host.readFile = (name) => texts.get(path.normalize(name)) ?? disk.readFile(name)
  host.getSourceFile = (name, target, ...rest) => {
    const text = texts.get(path.normalize(name))
    return text === undefined
      ? disk.getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target, true)
  }
  return ts.createProgram([...texts.keys()], options, host)
}

function complaints(program: ts.Program, index: number): string[] {
  const source = program.getSourceFile(placeOf(index))
  assert.ok(source, 'the block was not compiled')
  const { file, line } = blocks[index]!
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ start = 0, messageText }) => {
      const at = line + source.getLineAndCharacterOfPosition(start).line
      return `${file}:${at} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    },
  )
}

test('all type-check against what the packages export', () => {
  assert.ok(
    existsSync(path.join(root, 'packages/core/generated')),
    'run npm run build -w packages/core first',
  )
  assert.ok(blocks.length >= 10, `only ${blocks.length} blocks found`)
  const program = createProgram()
  const found = blocks.flatMap((_, index) => complaints(program, index))
  assert.equal(found, [])
})

test.run()
