import { useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { bytesToTransfer, nameOf } from '../card/parameters.js'
import type { CostReason } from '../words/networkMessages.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'

export interface ConsentOptions {
  /** That wait for the answer; at least one. */
  readonly downloads: readonly DownloadProgress[]
  /** That wait as well, and are not asked about: they start when the answer is for always. */
  readonly others?: readonly DownloadProgress[] | undefined
  /** Why it is asked. @default 'metered' */
  readonly reason?: CostReason | undefined
  /** `always`: from now on nothing is asked on limited data. */
  readonly onApprove: (answer: { readonly always: boolean }) => Promise<void>
  /** Nothing was changed, or all is under way. */
  readonly onClose: () => void
}

/** One of several downloads that are asked about together. */
export interface ConsentItem {
  readonly taskId: string
  readonly name: string
  readonly size: string | undefined
}

/** One line of the legend. */
export interface ConsentPart {
  readonly label: string
  readonly size: string
}

/** A dialog without its looks. */
export interface ConsentModel {
  readonly state: 'asking' | 'starting'
  readonly title: string
  /** Why it is asked. */
  readonly text: string
  readonly otherwise: string
  /** Absent where nothing is on the device yet. */
  readonly here: ConsentPart | undefined
  readonly toDownload: ConsentPart
  /** The part that is on the device, of 100. */
  readonly herePercent: number
  /** Empty where one download alone is asked about. */
  readonly items: readonly ConsentItem[]
  readonly isAlways: boolean
  readonly alwaysLabel: string
  /** Whom `always` starts as well. */
  readonly others: string | undefined
  readonly problem: string | undefined
  readonly mainLabel: string
  readonly laterLabel: string
  setAlways(isAlways: boolean): void
  approve(): void
}

/** Sums and words of a download that asks for an OK, ready to be drawn any way you like. */
export function useConsent(options: ConsentOptions): ConsentModel {
  const { downloads, others = [], onApprove, onClose } = options
  const words = useWords()
  const [isAlways, setAlways] = useState(false)
  const [isStarting, setStarting] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { consent, buttons } = words.messages
  const approve = async () => {
    setStarting(true)
    try {
      await onApprove({ always: isAlways })
      onClose()
    } catch (error) {
      setProblem(words.say(consent.failed, { message: error instanceof Error ? error.message : String(error) }))
      setStarting(false)
    }
  }
  const transfer = words.bytes(transferOf(downloads))
  return {
    ...textsOf(options, transfer, words),
    state: isStarting ? 'starting' : 'asking',
    isAlways,
    others:
      isAlways && others.length > 0
        ? words.say(consent.others, { n: others.length, size: words.bytes(transferOf(others)) })
        : undefined,
    problem,
    mainLabel: words.say(isStarting ? consent.starting : buttons.approve, { transfer }) ?? '',
    laterLabel: words.say(buttons.postpone) ?? '',
    setAlways,
    approve: () => (isStarting ? undefined : void approve()),
  }
}

function textsOf({ downloads, reason = 'metered' }: ConsentOptions, transfer: string, words: Words) {
  const { consent } = words.messages
  const say = (message: Parameters<Words['say']>[0], parameters = {}) => words.say(message, parameters) ?? ''
  const [single] = downloads.length === 1 ? downloads : []
  const hereBytes = downloads.reduce((sum, download) => sum + bytesHere(download), 0)
  const allBytes = hereBytes + transferOf(downloads)
  return {
    title: say(consent.title, { transfer }),
    text: say(consent.why[reason]),
    otherwise: say(consent.otherwise[reason]),
    here:
      hereBytes > 0
        ? { label: say(consent.here, { what: single && sourceOf(single, words) }), size: words.bytes(hereBytes) }
        : undefined,
    toDownload: {
      label: say(consent.toDownload, { what: single && withVersion(single, single.version, words) }),
      size: transfer,
    },
    herePercent: allBytes > 0 ? (100 * hereBytes) / allBytes : 0,
    items: single ? [] : downloads.map((download) => itemOf(download, words)),
    alwaysLabel: say(consent.always),
  }
}

function itemOf(download: DownloadProgress, words: Words): ConsentItem {
  const bytes = bytesToTransfer(download)
  return {
    taskId: download.taskId,
    name: withVersion(download, download.version, words),
    size: bytes === undefined ? undefined : words.bytes(bytes),
  }
}

function transferOf(downloads: readonly DownloadProgress[]): number {
  return downloads.reduce((sum, download) => sum + (bytesToTransfer(download) ?? 0), 0)
}

function bytesHere(download: DownloadProgress): number {
  const bytes = bytesToTransfer(download)
  const { totalBytes, bytesDownloaded } = download
  return bytes === undefined || totalBytes === undefined ? bytesDownloaded : Math.max(0, totalBytes - bytes)
}

/** An update begins with what the version before has. */
function sourceOf(download: DownloadProgress, words: Words): string | undefined {
  const { bytesReused, previousVersion } = download
  return bytesReused > 0 && previousVersion !== undefined ? withVersion(download, previousVersion, words) : undefined
}

function withVersion(download: DownloadProgress, version: string | undefined, words: Words): string {
  return [nameOf(download, {}, words), version].filter((part) => part !== undefined).join(' ')
}
