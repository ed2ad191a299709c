import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModuleLoader, ModuleScope } from '../../src/ports/modules.js'

/** What every {@link ModuleLoader} owes, whoever makes it. */
export function describeModuleLoaderContract(name: string, makeSubject: () => ModuleLoader): void {
  describe(`${name} as a ModuleLoader`, () => {
    let loader: ModuleLoader
    let scope: ModuleScope

    beforeEach(async () => {
      loader = makeSubject()
      scope = await loader.createScope()
    })
    afterEach(() => scope.close())

    it('a module -> its namespace', async () => {
      const specifier = await scope.publish('index.js', 'export const answer = 42\nexport const text = "ä"')
      expect(await scope.import(specifier)).toMatchObject({ answer: 42, text: 'ä' })
    })

    it('imported twice -> the same instance', async () => {
      const specifier = await scope.publish('index.js', 'export const own = {}')
      expect(await scope.import(specifier)).toBe(await scope.import(specifier))
    })

    it('the same code in two scopes -> two instances', async () => {
      const other = await loader.createScope()
      const code = 'export const own = {}'
      const first = await scope.import(await scope.publish('index.js', code))
      const second = await other.import(await other.publish('index.js', code))
      expect(first).not.toBe(second)
      await other.close()
    })

    it('leaves first, by what publish returned -> linked', async () => {
      const leaf = await scope.publish('lib/leaf.js', 'export const answer = 42')
      const entry = await scope.publish('index.js', `export { answer } from ${JSON.stringify(leaf)}`)
      expect(await scope.import(entry)).toMatchObject({ answer: 42 })
    })

    it('relative specifiers, a cycle among them -> linked by path, where it says so', async () => {
      if (!scope.keepsRelativeSpecifiers) return
      await scope.publish('lib/leaf.js', 'import { base } from "../index.js"\nexport const answer = () => base + 2')
      const entry = await scope.publish(
        'index.js',
        'import { answer } from "./lib/leaf.js"\nexport const base = 40\nexport const run = () => answer()',
      )
      const module = await scope.import(entry)
      expect(module).toMatchObject({ run: expect.any(Function) })
      // The line above checked it.
      expect((module as { run: () => number }).run()).toBe(42)
    })

    it('code that throws -> import rejects with it', async () => {
      const specifier = await scope.publish('index.js', 'throw new Error("broken plugin")')
      await expect(scope.import(specifier)).rejects.toThrow('broken plugin')
    })

    it('code that is no JavaScript -> import rejects', async () => {
      const specifier = await scope.publish('index.js', 'export const = ')
      await expect(scope.import(specifier)).rejects.toThrow()
    })

    it('closed, twice, and without a module -> no failure', async () => {
      await scope.publish('index.js', '')
      await scope.close()
      await scope.close()
      await (await loader.createScope()).close()
    })
  })
}
