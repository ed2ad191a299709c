import { useState } from 'react'
import type { PluginDock } from '../../dock/types.js'
import { noteCheck } from '../dock/damage.js'
import { usePluginDock } from '../dock/dockContext.js'
import type { PluginView } from '../dock/library.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'

interface CheckOfAll {
  readonly check: { readonly percent: number | undefined } | undefined
  readonly status: string | undefined
  start(): void
}

interface Outcome {
  readonly damaged: readonly string[]
  readonly unchecked: readonly string[]
}

/** Reads every byte of every plugin, one after the other, and says how far that is and what it found. */
export function useCheckAll(plugins: readonly PluginView[], onError: (error: unknown) => void): CheckOfAll {
  const dock = usePluginDock()
  const words = useWords()
  const [check, setCheck] = useState<CheckOfAll['check']>()
  const [outcome, setOutcome] = useState<Outcome>()
  const run = async () => {
    setOutcome(undefined)
    setCheck({ percent: undefined })
    const found = await checkAll(dock, plugins, onError, (percent) =>
      setCheck((last) => (last?.percent === percent ? last : { percent })),
    )
    setCheck(undefined)
    setOutcome(found)
  }
  return { check, status: outcome && textOf(outcome, words), start: () => void run() }
}

async function checkAll(
  dock: PluginDock,
  plugins: readonly PluginView[],
  onError: (error: unknown) => void,
  onPercent: (percent: number) => void,
): Promise<Outcome> {
  const totalBytes = plugins.reduce((sum, { plugin }) => sum + plugin.sizeBytes, 0)
  const damaged: string[] = []
  const unchecked: string[] = []
  let doneBytes = 0
  for (const { plugin } of plugins) {
    const { pluginId, name = pluginId, sizeBytes } = plugin
    const onProgress = ({ bytesChecked }: { readonly bytesChecked: number }) =>
      onPercent(Math.min(99, Math.floor((100 * (doneBytes + bytesChecked)) / Math.max(1, totalBytes))))
    try {
      const report = await dock.storage.verify(pluginId, { onProgress })
      noteCheck(dock, report)
      if (!report.ok) damaged.push(name)
    } catch (error) {
      unchecked.push(name)
      onError(error)
    }
    doneBytes += sizeBytes
  }
  return { damaged, unchecked }
}

function textOf({ damaged, unchecked }: Outcome, words: Words): string {
  const { allWhole, someDamaged, notChecked } = words.messages.storage
  const listed = (names: readonly string[]) => new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(names)
  const parts = [
    damaged.length > 0 ? words.say(someDamaged, { n: damaged.length, names: listed(damaged) }) : undefined,
    unchecked.length > 0 ? words.say(notChecked, { names: listed(unchecked) }) : undefined,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(' ') : (words.say(allWhole) ?? '')
}
