import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'

const run = promisify(execFile)

test('the models in an app, as README shows -> every path is a test that passes', async () => {
  const { app } = inject('installed')
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const [example] = [...readme.matchAll(/```js\n(\/\/ models\.test\.js.*?)```/gs)].map(([, code = '']) => code)
  writeFileSync(join(app, 'models.test.js'), example ?? '')
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'models.test.js'], { cwd: app })
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(stdout).toMatch(/^ *ok \d+ - start, pause, cancel, .* -> cancelled$/m)
})
