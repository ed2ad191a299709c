import type { DockNotification } from '../../dock/types.js'
import type { IconName } from '../card/looks.js'
import type { Notice } from '../dock/noticeBoard.js'
import type { Situation } from '../words/messages.js'
import type { NoticeKind } from '../words/widgetMessages.js'
import type { Words } from '../words/words.js'

export type NoticeTone = 'ok' | 'wait' | 'bad' | 'quiet'

/** A notification in words. */
export interface NoticeDescription {
  readonly id: string
  readonly kind: NoticeKind
  readonly tone: NoticeTone
  readonly icon: IconName
  readonly title: string
  readonly text: string | undefined
  readonly when: string
  /** Epoch ms. */
  readonly at: number
}

const LOOKS: Readonly<Record<NoticeKind, { readonly tone: NoticeTone; readonly icon: IconName }>> = {
  installed: { tone: 'ok', icon: 'check' },
  failed: { tone: 'bad', icon: 'alert' },
  rolledBack: { tone: 'wait', icon: 'undo' },
  storageFull: { tone: 'wait', icon: 'disk' },
  consentNeeded: { tone: 'wait', icon: 'ask' },
  evicted: { tone: 'quiet', icon: 'trash' },
  repaired: { tone: 'ok', icon: 'shield' },
  storageLost: { tone: 'wait', icon: 'trash' },
}

/** What a person calls the plugins. */
export type NameOf = (pluginId: string) => string | undefined

export function describeNotice(notice: Notice, nameOf: NameOf, words: Words, now: number): NoticeDescription {
  const { id, at, notification } = notice
  const { type } = notification
  const { title, text } = words.messages.notices.kinds[type]
  const parameters = parametersOf(notice, nameOf, words)
  return {
    id,
    kind: type,
    ...LOOKS[type],
    title: words.say(title, parameters) ?? notification.message,
    text: text === undefined ? undefined : words.say(text, parameters),
    when: words.ago(at, now) ?? words.say(words.messages.justNow) ?? '',
    at,
  }
}

/** What a person calls the plugin of a notification. */
export function nameOfNotice({ name, notification: { pluginId } }: Notice, nameOf: NameOf, words: Words): string {
  const known = pluginId === undefined ? undefined : (nameOf(pluginId) ?? pluginId)
  return name ?? known ?? words.say(words.messages.nameless) ?? ''
}

function parametersOf(notice: Notice, nameOf: NameOf, words: Words) {
  const { notification } = notice
  const { version, rollback, plan } = notification
  const removed = plan?.items.flatMap(({ pluginId, version: gone }) =>
    pluginId === undefined ? [] : [`${nameOf(pluginId) ?? pluginId} ${gone ?? ''}`.trim()],
  )
  return {
    name: nameOfNotice(notice, nameOf, words),
    version,
    previous: rollback?.to,
    problem: problemOf(notification, words),
    size: plan && words.bytes(plan.bytesFreed),
    need: plan && notification.type === 'storageFull' ? words.bytes(plan.bytesToFree) : undefined,
    removed: removed && new Intl.ListFormat(words.locale, { type: 'unit' }).format(new Set(removed)),
  }
}

/** Why, in the widgets' own words where they have any. */
function problemOf({ failure, rollback, version }: DockNotification, words: Words): string | undefined {
  if (rollback) return words.say(words.messages.rollback.causes[rollback.cause], { version })
  if (!failure) return undefined
  const situation: Situation = `failure:${failure.code}`
  return words.say(words.messages.situations[situation].title)
}

/** One notice, or more than three of a kind together. */
export type NoticeGroup = {
  readonly key: string
  readonly notices: readonly NoticeDescription[]
  readonly text: string
}

const MANY = 3

/** Newest first; a kind of which there are more than three is told as one, where its newest is. */
export function groupNotices(notices: readonly NoticeDescription[], words: Words): readonly NoticeGroup[] {
  const groups = new Map<string, NoticeDescription[]>()
  for (const notice of notices) {
    const isMany = notices.filter(({ kind }) => kind === notice.kind).length > MANY
    const key = isMany ? notice.kind : notice.id
    groups.set(key, [...(groups.get(key) ?? []), notice])
  }
  return [...groups].map(([key, all]) => ({
    key,
    notices: all,
    text: words.say(words.messages.notices.kinds[all[0]?.kind ?? 'installed'].many, { n: all.length }) ?? '',
  }))
}
