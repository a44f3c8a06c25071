import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { main: 'src/main.ts', baseline: 'src/baseline.ts', search: 'src/search/main.ts' },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: ['dist/*.js', 'dist/*.map'],
})
