// what the provider adds to the context of a command
import type {} from '@vitest/browser-playwright'
import type { BrowserCommand } from 'vitest/node'

/** Freezes the page, with every worker of its own, and wakes it up when so much time has passed. */
const freezePage: BrowserCommand<[durationMs: number]> = async ({ page, context }, durationMs) => {
  const session = await context.newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await session.detach()
}

export const lifeCommands = { freezePage }

declare module 'vitest/browser' {
  interface BrowserCommands {
    freezePage(durationMs: number): Promise<void>
  }
}
