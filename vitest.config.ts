import {defineConfig} from 'vitest/config'

export default defineConfig({
  // NODE_ENV is production below, where React has no development JSX.
  oxc: {jsx: {development: false}},
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/support/postgres.ts'],
    // Two cores: more workers only make servers and engine children wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: {NODE_ENV: 'production'},
  },
})
