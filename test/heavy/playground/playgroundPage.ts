import type { Locator, Page } from 'playwright'

export type PluginName = 'charts' | 'scenes' | 'pdf' | 'diagrams' | 'code' | 'markdown'

/** What a person does on the page, and sees there. */
export class PlaygroundPage {
  readonly page: Page
  readonly #url: string
  readonly problems: string[] = []

  constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => this.problems.push(error.message))
    page.on('console', (message) => {
      // that a request failed is said by the browser itself, and wanted here
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        this.problems.push(message.text())
    })
  }

  async open(address = ''): Promise<void> {
    await this.page.goto(this.#url + address)
    await this.page.getByRole('main').waitFor()
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.page.getByRole('main').waitFor()
  }

  item(name: PluginName): Locator {
    return this.page.locator(`[data-plugin="acme.${name}"]`)
  }

  /** Settles when the plugin is in one of the states. */
  async until(name: PluginName, ...states: readonly string[]): Promise<void> {
    const selector = states.map((state) => `[data-plugin="acme.${name}"][data-state="${state}"]`).join(', ')
    await this.page.locator(selector).waitFor()
  }

  async press(name: PluginName, action: string): Promise<void> {
    await this.item(name)
      .getByRole('button', { name: new RegExp(`^${action}`) })
      .click()
  }

  /** Settles with the percent, when it is at least `least`. */
  async percent(name: PluginName, least = 0): Promise<number> {
    const text = this.item(name).locator('.pg-mini b')
    for (;;) {
      const percent = Number.parseInt(await text.innerText(), 10)
      if (percent >= least) return percent
      await this.page.waitForTimeout(50)
    }
  }

  /** Opens it, and settles with its place when it runs. */
  async run(name: PluginName): Promise<Locator> {
    await this.press(name, 'Open')
    const place = this.page.locator(`[data-stage="acme.${name}"] [data-running="true"]`)
    await place.waitFor()
    return place
  }

  async change(change: { speed?: number | null; weather?: string; strike?: string }): Promise<void> {
    await this.page.evaluate((body) => fetch('/control', { method: 'POST', body }), JSON.stringify(change))
  }

  /** Bytes of the bundle that the origin sent so far, in all its answers. */
  async bytesSent(name: PluginName): Promise<number> {
    const state = await this.page.evaluate(() => fetch('/control').then((response) => response.json()))
    const { events } = state as { events: readonly { text: string; bytesSent: number }[] } // reason: our own server
    const sent = events.filter(({ text }) => text.includes(`/${name}/`) && text.includes('.zip'))
    return sent.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
  }

  /** How many colours a 2D canvas shows, looked at in a coarse grid. */
  async coloursOf(canvas: Locator): Promise<number> {
    return canvas.evaluate((element) => {
      if (!(element instanceof HTMLCanvasElement)) return 0
      const data = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? []
      const colours = new Set<string>()
      for (let at = 0; at < data.length; at += 4 * 37) colours.add([...data.slice(at, at + 4)].join())
      return colours.size
    })
  }

  /** Whether the page is wider than its window. */
  isOverflowing(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  }
}
