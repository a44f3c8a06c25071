import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memory } from '../../src/memory.js'
import { createFhirServer } from '../../src/server.js'
import { fetchLikeCurl, parseTour } from './curl.js'
import { codeBlocks, pages } from './markdown.js'

const test = suite('curl commands of the pages')

/** Each page with `sh tour` blocks; a page's blocks follow each other on one server, empty at its beginning. */
const tours = pages()
  .map((file) => {
    const blocks = codeBlocks(file, 'sh').filter(({ info }) => info === 'sh tour')
    return { file, script: blocks.map(({ code }) => code).join('\n') }
  })
  .filter(({ script }) => script !== '')

async function onServer(work: (base: string) => Promise<void>): Promise<void> {
  const server = await createFhirServer({ plugins: [memory()], log: 'silent', indexing: { poll: 300 } })
  try {
    const { url } = await server.listen(0)
    await work(url)
  } finally {
    await server.stop()
  }
}

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test('README.md has a tour, with every interaction', () => {
  const readme = tours.find(({ file }) => file === 'README.md')
  const { commands } = parseTour(readme?.script ?? '')
  const text = commands.map(({ comment }) => comment).join('\n')
  for (const interaction of [
    'create',
    'read',
    'update',
    'If-Match',
    'patch',
    'search',
    'include',
    'history',
    'transaction',
    'conditional create',
    'delete',
    'capabilities',
  ])
    assert.match(text, interaction)
})

for (const { file, script } of tours) {
  test(`${file}: each command is answered with the status beside it`, () =>
    onServer(async (base) => {
      const { variables, commands } = parseTour(script)
      assert.is(variables.get('FHIR'), 'http://localhost:8000/fhir')
      const here = new Map([...variables, ['FHIR', base]])
      for (const { status, comment, text } of commands) {
        const response = await fetchLikeCurl(text, here)
        assert.is(response.status, status, `${comment}\n${text}\n${await response.text()}`)
      }
    }))

  test(`${file}: a shell with curl sees the same`, () =>
    onServer(async (base) => {
      if (!hasCurl) return console.log(`  skipped ${file} with curl: there is none here`)
      const { variables, commands } = parseTour(script)
      const env = { ...process.env, ...Object.fromEntries(variables), FHIR: base }
      for (const { status, comment, text } of commands) {
        const asked = text.replace(/^curl/, "curl -s -w '\\n%{http_code}'")
        const { stdout } = await promisify(execFile)('sh', ['-c', asked], { env, maxBuffer: 64_000_000 })
        assert.is(Number(stdout.slice(-3)), status, `${comment}\n${stdout.slice(0, 2000)}`)
      }
    }))
}

test.run()
