/** What an app writes against `plugdock/react`. */
import type { DownloadProgress, PluginDock } from 'plugdock'
import {
  type BandwidthPolicyView,
  ConsentDialog,
  createWords,
  DockBandwidthSettings,
  DockDownloadCard,
  DockDownloadList,
  DownloadCard,
  DownloadList,
  ENGLISH,
  type Messages,
  PluginDockProvider,
  useBandwidthPolicy,
  useConditions,
  useDownload,
  useDownloadCard,
  useDownloads,
  usePluginDock,
  useSupervisor,
} from 'plugdock/react'
import { GERMAN } from 'plugdock/react/german'
import { createElement, type ReactNode } from 'react'
import 'plugdock/react/styles.css'

export const plain: Messages = { ...ENGLISH, nameless: 'Extension' }
// @ts-expect-error a catalogue has all words
export const empty: Messages = {}
export const words = createWords({ locale: 'de-AT', messages: plain })
export const german: Messages = GERMAN

export function App({ dock }: { dock: PluginDock }): ReactNode {
  createElement(PluginDockProvider, { dock, locale: 'de', messages: plain }, createElement(DockDownloadList))
  // @ts-expect-error a provider is nothing without its dock
  createElement(PluginDockProvider, { locale: 'de' })
  return createElement(PluginDockProvider, { dock }, createElement(Row, { taskId: 'a' }))
}

function Row({ taskId }: { taskId: string }): ReactNode {
  const dock: PluginDock = usePluginDock()
  const all: readonly DownloadProgress[] = useDownloads()
  const progress: DownloadProgress | undefined = useDownload(taskId)
  const isBusy: boolean = useSupervisor((snapshot) => snapshot.hasTag('busy'))
  // @ts-expect-error no such tag
  useSupervisor((snapshot) => snapshot.hasTag('bored'))
  // @ts-expect-error a task's id
  useDownload(all[0])
  // @ts-expect-error there may be none
  createElement(DownloadCard, { progress })
  createElement(DockDownloadCard, { taskId, onOpen: (id: string) => void dock.plugins.load(id), headingLevel: 2 })
  // @ts-expect-error no such level
  createElement(DockDownloadCard, { taskId, headingLevel: 9 })
  createElement(DownloadList, { downloads: all, onPauseAll: () => void dock.downloads.pauseAll() })
  return progress ? createElement(Own, { progress }) : String(isBusy)
}

export function Settings(): ReactNode {
  const { policy, change }: BandwidthPolicyView = useBandwidthPolicy()
  const { online, metered } = useConditions()
  // @ts-expect-error no such choice
  void change({ onMetered: 'never' })
  // @ts-expect-error what a device does not tell is undefined
  const isMetered: boolean = metered
  // @ts-expect-error it asks, so it wants an answer
  createElement(ConsentDialog, { downloads: [], onClose: () => {} })
  createElement(DockBandwidthSettings, { headingLevel: 3 })
  void change(policy)
  return String(online && !isMetered)
}

function Own({ progress }: { progress: DownloadProgress }): ReactNode {
  const card = useDownloadCard(progress, { onPause: (taskId) => taskId.length })
  const labels: string[] = card.actions.beside.map((action) => action.label)
  // @ts-expect-error told, not set
  card.name = 'other'
  return `${card.name} ${card.percent ?? ''} ${card.title.text} ${labels.join()}`
}
