// Runs uvu suites, each file in a process of its own, and ends with one line `N passed, N failed` over all of them.
// Usage: node scripts/test.mjs [workspace...]. UVU_CONCURRENCY sets how many files run at once.
import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { findSuites, root } from './suites.mjs'

const files = findSuites(process.argv.slice(2))
const width = Number(process.env.UVU_CONCURRENCY ?? Math.max(1, Math.min(4, os.availableParallelism())))
const timeLimit = 10 * 60_000

/** Runs one file; a file that crashes, hangs or reports no test counts as one failure. */
function run(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: '0', NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    const timer = setTimeout(() => {
      output += `\n${path.relative(root, file)} did not end within ${timeLimit / 1000} s\n`
      child.kill('SIGKILL')
    }, timeLimit)
    child.on('close', (code) => {
      clearTimeout(timer)
      const total = sum(output, /^\s*Total:\s+(\d+)/gm)
      const passed = sum(output, /^\s*Passed:\s+(\d+)/gm)
      const skipped = sum(output, /^\s*Skipped:\s+(\d+)/gm)
      const failed = Math.max(total - passed, code !== 0 || total + skipped === 0 ? 1 : 0)
      resolve({ file, output, passed, failed, skipped })
    })
  })
}

function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((all, match) => all + Number(match[1]), 0)
}

let passed = 0
let failed = 0
let skipped = 0
const queue = [...files]
await Promise.all(
  Array.from({ length: width }, async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const start = performance.now()
      const result = await run(file)
      passed += result.passed
      failed += result.failed
      skipped += result.skipped
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(
        `${result.failed ? 'FAIL' : 'ok  '} ${path.relative(root, file)}  ${result.passed} passed${result.skipped ? `, ${result.skipped} skipped` : ''}  ${seconds} s`,
      )
      if (result.failed) console.log(result.output)
    }
  }),
)
if (skipped > 0) console.log(`${skipped} skipped, for want of the real data that ANAMNESIS_DATA names`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
