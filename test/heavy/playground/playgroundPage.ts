import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright'

export type PageName = 'Library' | 'Downloads' | 'Settings' | 'Faults'

/** By the names of their folders. */
const TITLES: Readonly<Record<string, string>> = {
  charts: 'Charts',
  scenes: '3D scenes',
  pdf: 'PDF viewer',
  diagrams: 'Diagrams',
  code: 'Syntax colours',
  markdown: 'Markdown',
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** What a machine can find of WCAG 2.2 AA, and the habits that axe calls best. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

interface OriginState {
  readonly events: readonly { readonly number: number; readonly text: string }[]
  readonly plugins: readonly { readonly source: string; readonly sizeBytes: number }[]
}

interface Range {
  readonly from: number
  /** Behind its last byte. */
  readonly to: number
}

/** What a request for a bundle asks for; nothing in those for manifests. */
function rangeIn(text: string, size: number): Range | undefined {
  const [, first, last] = /\.zip bytes=(\d+)-(\d*)$/.exec(text) ?? []
  return first === undefined ? undefined : { from: Number(first), to: last ? Number(last) + 1 : size }
}

function sizeOfUnion(ranges: readonly Range[]): number {
  let end = 0
  let size = 0
  for (const { from, to } of [...ranges].sort((left, right) => left.from - right.from)) {
    size += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return size
}

/** Runs in the page: colours that change have changed. */
async function untilStill(): Promise<void> {
  const changes = document.getAnimations().filter((one) => one instanceof CSSTransition)
  await Promise.allSettled(changes.map(({ finished }) => finished))
}

/** What a person does on the page, and sees there: by role and by name. */
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

  async goTo(name: PageName): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).click()
    await this.page.getByRole('heading', { level: 1, name }).waitFor()
  }

  /** A plugin of the catalogue, by its title or its folder. */
  item(title: string): Locator {
    const catalogue = this.page.getByRole('region', { name: 'Catalogue' })
    return catalogue.getByRole('article', { name: TITLES[title] ?? title, exact: true })
  }

  async press(title: string, action: string): Promise<void> {
    await this.item(title)
      .getByRole('button', { name: new RegExp(`^${action}`) })
      .click()
  }

  /** Settles when the plugin is in that state of a download. */
  async until(title: string, state: string): Promise<void> {
    await this.page.locator(`article[data-state="${state}"]`, { hasText: title }).first().waitFor()
  }

  async untilInstalled(title: string): Promise<void> {
    await this.item(title)
      .getByRole('button', { name: /^(Open|Close)/ })
      .waitFor()
  }

  async untilAvailable(title: string): Promise<void> {
    await this.item(title).getByRole('button', { name: 'Install' }).waitFor()
  }

  /** Of what is installed and does not run. */
  async remove(title: string): Promise<void> {
    const row = this.page.getByRole('region', { name: 'Plugins', exact: true }).getByRole('article', { name: title })
    await row.getByRole('button', { name: 'More actions' }).click()
    await this.page.getByRole('menuitem', { name: /^Remove/ }).click()
    await this.untilAvailable(title)
  }

  /** Settles with the percent, when it is at least `least`. */
  async percent(title: string, least = 0): Promise<number> {
    const bar = this.item(title).getByRole('progressbar')
    for (;;) {
      const percent = Number(await bar.evaluate((element) => Reflect.get(element, 'value')))
      if (percent >= least) return percent
      await this.page.waitForTimeout(50)
    }
  }

  /** Opens it, and settles with its place when it runs. */
  async run(title: string): Promise<Locator> {
    await this.press(title, 'Open')
    return this.place(title)
  }

  /** Where a plugin runs. */
  async place(title: string): Promise<Locator> {
    const place = this.page.getByRole('region', { name: new RegExp(`^${title}`) }).locator('[data-running="true"]')
    await place.waitFor()
    return place
  }

  switch(name: string): Locator {
    return this.page.getByRole('switch', { name })
  }

  async change(change: {
    speed?: number | null
    weather?: string
    strike?: string
    brokenVersion?: null
  }): Promise<void> {
    await this.page.evaluate((body) => fetch('/control', { method: 'POST', body }), JSON.stringify(change))
  }

  /** How many requests the origin had so far. */
  async requestCount(): Promise<number> {
    const { events } = await this.#origin()
    return 1 + Math.max(-1, ...events.map(({ number }) => number))
  }

  /**
   * Bytes of the bundle that were asked for since there were so many requests, each counted once. What the origin sent is
   * more: what nobody reads any more lies in the sockets of a connection that was given up.
   */
  async bytesAsked(name: string, since: number): Promise<number> {
    const { events, plugins } = await this.#origin()
    const size = plugins.find(({ source }) => source.includes(`/${name}/`))?.sizeBytes ?? 0
    const asked = events.filter(({ number, text }) => number >= since && text.includes(`/${name}/`))
    return sizeOfUnion(asked.flatMap(({ text }) => rangeIn(text, size) ?? []))
  }

  #origin(): Promise<OriginState> {
    return this.page.evaluate(() => fetch('/control').then((response) => response.json()))
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

  /** What keeps some people out, as axe finds it; the plugins' own drawings are their own matter. */
  async barriers(): Promise<readonly string[]> {
    const isThere = await this.page.evaluate(() => 'axe' in globalThis)
    if (!isThere) await this.page.addScriptTag({ path: AXE })
    await this.page.evaluate(untilStill)
    const { violations } = await this.page.evaluate((values) => {
      const { axe } = globalThis as unknown as { axe: Axe } // reason: the script that was just added
      return axe.run({ exclude: ['.pg-stage__place'], runOnly: { type: 'tag', values } })
    }, RULES)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }
}
