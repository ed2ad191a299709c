import type { Subscription } from 'rxjs'
import type { DockNotification, PluginDock } from '../../dock/types.js'
import { isSame } from './same.js'

/** A notification as a person meets it. */
export interface Notice {
  readonly id: string
  /** Epoch ms. */
  readonly at: number
  readonly isNew: boolean
  /** The plugin's, where it was known then. */
  readonly name: string | undefined
  readonly notification: DockNotification
}

export interface NoticeList {
  /** Newest first, at most 30. */
  readonly notices: readonly Notice[]
  readonly newCount: number
}

const MAX_KEPT = 30

/** Collects a dock's notifications, from the first listener on, for as long as the dock lives. */
export class NoticeBoard {
  readonly #dock: PluginDock
  readonly #listeners = new Set<() => void>()
  #subscription: Subscription | undefined
  #list: NoticeList = { notices: [], newCount: 0 }
  #next = 1

  constructor(dock: PluginDock) {
    this.#dock = dock
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#subscription ??= this.#dock.notifications.subscribe((notification) => this.#hear(notification))
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#subscription?.unsubscribe()
      this.#subscription = undefined
    }
  }

  readonly getSnapshot = (): NoticeList => this.#list

  readonly markRead = (): void => {
    if (this.#list.newCount > 0) this.#show(this.#list.notices.map((notice) => ({ ...notice, isNew: false })))
  }

  readonly dismiss = (id: string): void => this.#show(this.#list.notices.filter((notice) => notice.id !== id))

  readonly clear = (): void => this.#show([])

  #hear(notification: DockNotification): void {
    const { notices } = this.#list
    // told once for each download that brought the version: once is enough; what fails again is told again
    const isRepeatable = notification.type === 'rolledBack' || notification.taskId === undefined
    if (isRepeatable && notices[0] && isSame(aboutOf(notices[0].notification), aboutOf(notification))) return
    const task = notification.taskId === undefined ? undefined : this.#dock.downloads.getTask(notification.taskId)
    const name = task?.progress.name
    const notice = { id: `${this.#next++}`, at: Date.now(), isNew: true, name, notification }
    this.#show([notice, ...notices].slice(0, MAX_KEPT))
  }

  #show(notices: readonly Notice[]): void {
    this.#list = { notices, newCount: notices.filter(({ isNew }) => isNew).length }
    for (const listener of [...this.#listeners]) listener()
  }
}

function aboutOf({ taskId: _, message: __, ...notification }: DockNotification): unknown {
  return notification
}
