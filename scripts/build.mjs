// Builds every workspace in order: definitions and JavaScript. Types are built by `npm run build:types`.
// `--if-stale` builds only the workspaces whose sources are newer than their output.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const order = ['packages/core', 'packages/plugin-citus', 'examples/minimal', 'examples/hospital', 'bench']
const onlyStale = process.argv.includes('--if-stale')

/** The newest modification time below a folder, leaving out what a build makes. */
function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'generated', 'test', '.data'].includes(entry.name)) continue
    const file = path.join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs)
  }
  return latest
}

function isStale(workspace) {
  const dist = path.join(root, workspace, 'dist')
  const outputs = existsSync(dist) ? readdirSync(dist).filter((name) => name.endsWith('.js')) : []
  if (outputs.length === 0) return true
  const oldest = Math.min(...outputs.map((name) => statSync(path.join(dist, name)).mtimeMs))
  return newest(path.join(root, workspace)) > oldest
}

for (const workspace of order) {
  if (onlyStale && !isStale(workspace)) continue
  const start = performance.now()
  try {
    execFileSync('npm', ['run', '--silent', 'build'], {
      cwd: path.join(root, workspace),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`)
    console.error(`build of ${workspace} failed`)
    process.exit(1)
  }
  console.log(`built ${workspace} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
