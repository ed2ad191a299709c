import { describe, expect } from 'vitest'
import {
  always,
  createModelRun,
  type LeadershipModelContext,
  leadershipModel,
  type ModelStateName,
  stall,
} from '../../../src/testing/index.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createTabStage, type Tab } from '../dock/tabs/tabStage.js'

type State = ModelStateName<typeof leadershipModel>
type Which = 'first' | 'second'

/** Longer than any change of the leader takes. */
const CALM_MS = 10_000

/** Two pages that come and go over one host, and a download that goes on all the time. */
class LeadershipStage {
  readonly #stage = createTabStage()
  readonly #tabs = new Map<Which, Tab>()
  #taskId: string | undefined
  #limit = 0

  async open(which: Which): Promise<void> {
    const tab = await this.#stage.openTab()
    this.#tabs.set(which, tab)
    if (this.#taskId !== undefined) return
    const { url, path } = await this.#stage.publish()
    this.#stage.origin.script(path, always(stall(10)))
    this.#taskId = (await tab.dock.downloads.startDownload(url)).id
  }

  show(which: Which, visible: boolean): void {
    this.#tab(which).host.conditions.change({ visible })
  }

  async close(which: Which): Promise<void> {
    const tab = this.#tab(which)
    this.#tabs.delete(which)
    await tab.dock.close()
  }

  async hang(which: Which): Promise<void> {
    this.#tab(which).hang()
    this.#tabs.delete(which)
    await this.#changePolicy()
  }

  async expectLeader(state: State, context: LeadershipModelContext): Promise<void> {
    const open = (['first', 'second'] as const).filter((which) => context[which] !== 'closed')
    const leads = (): string => open.filter((which) => this.#tab(which).leads).join(' and ') || 'nobody'
    await this.#stage.pass(() => `${leads()} leads` === state, `${state}, not ${leads()}`)
    await this.#stage.clock.advance(CALM_MS)
    expect(`${leads()} leads`).toBe(state)
    if (open.length > 0) await this.#changePolicy()
    for (const which of open) await this.#expectDownloading(which)
  }

  /** In every page that is open, whoever leads: all of them obey it. */
  async #changePolicy(): Promise<void> {
    for (const { dock } of this.#tabs.values()) {
      this.#limit++
      await this.#stage.settled(dock.policy.change({ askAboveBytes: this.#limit }))
      const known = [...this.#tabs.values()].map((tab) => tab.dock.policy.current.askAboveBytes)
      await this.#stage.pass(() => known.length > 0 && this.#isKnown(), `all pages to know of it, not ${known}`)
    }
  }

  #isKnown(): boolean {
    return [...this.#tabs.values()].every(({ dock }) => dock.policy.current.askAboveBytes === this.#limit)
  }

  async #expectDownloading(which: Which): Promise<void> {
    const stateOf = (): string | undefined =>
      this.#tab(which).dock.downloads.getTask(this.#taskId ?? '')?.progress.state
    await this.#stage.pass(() => stateOf() === 'downloading', `the ${which} page to show it, not as ${stateOf()}`)
  }

  #tab(which: Which): Tab {
    const tab = this.#tabs.get(which)
    if (!tab) throw new Error(`The ${which} page is closed`)
    return tab
  }
}

describe('which of two pages leads, on real docks', () => {
  testEveryPath(
    createModelRun(leadershipModel, {
      open: () => new LeadershipStage(),
      events: {
        'open first': (stage) => stage.open('first'),
        'open second': (stage) => stage.open('second'),
        'hide first': (stage) => stage.show('first', false),
        'hide second': (stage) => stage.show('second', false),
        'show first': (stage) => stage.show('first', true),
        'show second': (stage) => stage.show('second', true),
        'close first': (stage) => stage.close('first'),
        'close second': (stage) => stage.close('second'),
        'hang first': (stage) => stage.hang('first'),
        'hang second': (stage) => stage.hang('second'),
      },
      states: { '*': (stage, context, state) => stage.expectLeader(state, context) },
    }),
    'memory',
  )
})
