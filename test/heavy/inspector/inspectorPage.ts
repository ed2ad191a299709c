import type { Locator, Page } from 'playwright'

/** What a person does in the panel, and sees there. */
export class InspectorPage {
  readonly page: Page
  readonly problems: string[] = []
  readonly #url: string

  constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => this.problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text())
    })
  }

  async open(): Promise<void> {
    await this.page.goto(this.#url)
    await this.page.getByRole('main').waitFor()
  }

  /** In the tree. */
  actor(name: string): Locator {
    return this.#tree.getByRole('button', { name: new RegExp(`^${name}\\b`) }).first()
  }

  async choose(name: RegExp): Promise<void> {
    await this.#tree.getByRole('button', { name }).first().click()
  }

  /** In the drawing: the innermost states that are lit, in the order of the alphabet. */
  async litStates(): Promise<readonly string[]> {
    const lit = await this.page.locator('.machine-chart svg [data-lit="innermost"]').allTextContents()
    return lit.map((text) => text.trim()).sort()
  }

  async filterEvents(text: string): Promise<void> {
    await this.#log.getByRole('searchbox', { name: 'Filter events' }).fill(text)
  }

  async events(): Promise<readonly string[]> {
    return this.#log.locator('summary').allInnerTexts()
  }

  /** Of the chosen actor. */
  async snapshot(): Promise<unknown> {
    return JSON.parse((await this.page.locator('.in-json pre').textContent()) ?? '')
  }

  get #tree(): Locator {
    return this.page.getByRole('navigation', { name: 'Actors' })
  }

  get #log(): Locator {
    return this.page.getByRole('region', { name: 'Events' })
  }
}
