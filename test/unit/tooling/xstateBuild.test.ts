import { expect, test } from 'vitest'
import { assign, createActor, createMachine } from 'xstate'

const build = /--conditions[= ]development/.test(process.env.NODE_OPTIONS ?? '') ? 'development' : 'production'

test(`NODE_OPTIONS="${process.env.NODE_OPTIONS ?? ''}" -> tests meet the ${build} build of XState, as Node would`, () => {
  const child = createMachine({})
  const parent = createMachine({ context: {}, entry: assign(({ spawn }) => ({ child: spawn(child) })) })
  const actor = createActor(parent).start()
  const persist = () => actor.getPersistedSnapshot()
  // Only the development build refuses to persist an inline child.
  if (build === 'development') expect(persist).toThrow('An inline child actor cannot be persisted')
  else expect(persist).not.toThrow()
})
