import { useState } from 'react'
import type { PluginView } from '../dock/library.js'
import { useNow } from '../words/clock.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { describePlugin, type PluginDescription, type VersionRow } from './describePlugin.js'
import type { LibraryCallbacks, PluginUpdate } from './libraryTypes.js'
import { menuOf, type RowAction } from './rowActions.js'

/** What is asked before something goes that a person may still want. */
export interface RemoveQuestion {
  readonly text: string
  readonly keepLabel: string
  readonly removeLabel: string
  keep(): void
  remove(): void
}

/** A row of the library without its looks. */
export interface PluginRowModel extends PluginDescription {
  /** What a person most likely wants; the first is the main one. */
  readonly actions: readonly RowAction[]
  readonly menu: readonly RowAction[]
  readonly question: RemoveQuestion | undefined
  /** While every byte is read: percent, `undefined` before the first. */
  readonly check: { readonly label: string; readonly percent: number | undefined } | undefined
  /** Said once something has been done. */
  readonly status: string | undefined
  readonly problem: string | undefined
  actOn(row: VersionRow): (() => void) | undefined
}

interface Doing {
  readonly isAsking: boolean
  /** Percent. */
  readonly check?: number | 'begun'
  readonly isChecked: boolean
  readonly problem?: string
}

const IDLE: Doing = { isAsking: false, isChecked: false }

/** Words, actions and what is going on about an installed plugin, ready to be drawn any way you like. */
export function usePluginRow(
  view: PluginView,
  callbacks: LibraryCallbacks,
  {
    update,
    repairBytes,
  }: { readonly update?: PluginUpdate | undefined; readonly repairBytes?: number | undefined } = {},
): PluginRowModel {
  const words = useWords()
  const now = useNow(false)
  const [doing, setDoing] = useState<Doing>(IDLE)
  const description = describePlugin(view, { words, now, update, isChecked: doing.isChecked })
  const { library } = words.messages
  const { pluginId, name, size } = description
  const attempt = (work: Promise<unknown>) => {
    const failed = (error: unknown) => words.say(library.failed, { message: messageOf(error) }) ?? ''
    setDoing((last) => ({ isAsking: false, isChecked: last.isChecked }))
    work.catch((error) => setDoing((last) => ({ ...last, problem: failed(error) })))
  }
  const check = async () => {
    setDoing({ isAsking: false, isChecked: false, check: 'begun' })
    try {
      const isWhole = await callbacks.onCheck?.(pluginId, ({ bytesChecked, totalBytes }) => {
        const percent = Math.floor((100 * bytesChecked) / Math.max(1, totalBytes))
        setDoing((last) => (last.check === percent ? last : { ...last, check: percent }))
      })
      setDoing({ isAsking: false, isChecked: isWhole === true })
    } catch (error) {
      setDoing({ ...IDLE, problem: words.say(library.failed, { message: messageOf(error) }) ?? '' })
    }
  }
  const { pinned, inUse } = view.plugin
  const deeds = {
    attempt,
    check: () => void check(),
    remove: () => (pinned || inUse ? setDoing({ ...doing, isAsking: true }) : removeNow()),
  }
  const removeNow = () => attempt(callbacks.onRemove?.(pluginId) ?? Promise.resolve())
  const offered = menuOf(view, description, { callbacks, deeds, words, update, repairBytes })
  return {
    ...description,
    ...offered,
    question: doing.isAsking
      ? {
          text: words.say(inUse ? library.askInUse : library.askPinned, { name, size }) ?? '',
          keepLabel: words.say(library.keep) ?? '',
          removeLabel: words.say(library.removeNow) ?? '',
          keep: () => setDoing({ ...doing, isAsking: false }),
          remove: removeNow,
        }
      : undefined,
    check: checkOf(doing, description.name, words),
    status: doing.isChecked ? words.say(library.checkedJustNow) : undefined,
    problem: doing.problem,
    actOn: ({ action, version }) => actionOf(action, version, pluginId, callbacks, attempt),
  }
}

function actionOf(
  action: VersionRow['action'],
  version: string,
  pluginId: string,
  { onGoBack, onTryVersion }: LibraryCallbacks,
  attempt: (work: Promise<unknown>) => void,
): (() => void) | undefined {
  if (action === 'goBack' && onGoBack) return () => attempt(onGoBack(pluginId))
  if (action === 'tryVersion' && onTryVersion) return () => attempt(onTryVersion(pluginId, version))
  return undefined
}

function checkOf({ check }: Doing, name: string, words: Words): PluginRowModel['check'] {
  if (check === undefined) return undefined
  const label = words.say(words.messages.library.checking, { name }) ?? ''
  return { label, percent: check === 'begun' ? undefined : Math.min(99, check) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
