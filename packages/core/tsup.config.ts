import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    testing: 'testing/index.ts',
    bin: 'src/bin.ts',
    'validation-worker': 'src/validation/worker/worker.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  splitting: true,
  // Types come from `tsc -b`, whose output must survive.
  clean: ['dist/*.js', 'dist/*.map'],
  external: [/^#generated\//, /^uvu/, 'fast-check'],
})
