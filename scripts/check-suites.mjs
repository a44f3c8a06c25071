// Refuses a uvu suite that never runs: without `.run()` uvu reports zero tests and exits 0.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { findSuites, root } from './suites.mjs'

const silent = findSuites().filter((file) => {
  const source = readFileSync(file, 'utf8')
  const suites = [...source.matchAll(/(?:const|let)\s+(\w+)\s*=\s*suite(?:<[^;=]*>)?\(/g)].map(
    (match) => match[1],
  )
  if (/\bimport\s*\{[^}]*\btest\b[^}]*\}\s*from\s*'uvu'/.test(source)) suites.push('test')
  // The conformance suite runs itself.
  if (suites.length === 0 && /\bstorageConformance\(/.test(source)) return false
  return suites.length === 0 || suites.some((name) => !new RegExp(`\\b${name}\\.run\\(\\)`).test(source))
})

for (const file of silent)
  console.error(`${path.relative(root, file)}: a suite here never calls .run(), so its tests would not run`)
process.exit(silent.length > 0 ? 1 : 0)
