import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    baseline: 'src/baseline.ts',
    search: 'src/search/main.ts',
    validation: 'src/validation/main.ts',
    'validation-probe': 'src/validation/probe.ts',
    'validation-serve': 'src/validation/serve.ts',
  },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: ['dist/*.js', 'dist/*.map'],
})
