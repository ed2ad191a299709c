import { MANIFEST_MAX_BYTES } from '../domain/manifest.js'
import { isMarkup } from '../domain/strictJson.js'
import type { Clock } from '../ports/clock.js'
import type { FetchAnswer, Fetcher } from '../ports/fetcher.js'
import type { TransferTimeouts } from '../ports/transferEngine.js'
import { isWebPage } from './answer.js'
import { readDocument } from './readDocument.js'

export interface PageQuestion {
  readonly url: string
  /** Of the bundle that is expected there; absent for a manifest. */
  readonly sizeBytes?: number
  readonly timeouts: TransferTimeouts
  readonly signal: AbortSignal
}

/**
 * Whether a URL answers with a web page in place of the file, as it does in a network that wants one to sign in. A
 * manifest is read, of a bundle one byte is asked for. Rejects as a download would for all other answers that are none.
 */
export async function answersWithPage(
  question: PageQuestion,
  ports: { readonly fetcher: Fetcher; readonly clock: Clock },
): Promise<boolean> {
  if (question.sizeBytes !== undefined) return sendsPage(question, question.sizeBytes, ports.fetcher)
  const { bytes } = await readDocument({ ...question, maxBytes: MANIFEST_MAX_BYTES }, ports)
  return isMarkup(bytes)
}

async function sendsPage(question: PageQuestion, sizeBytes: number, fetcher: Fetcher): Promise<boolean> {
  const answer = await fetcher.open({ ...question, range: { offset: 0, last: 0 } })
  await answer.body.cancel()
  return isWebPage(answer) && isSuccess(answer) && wholeLength(answer) !== sizeBytes
}

function isSuccess({ status }: FetchAnswer): boolean {
  return status === 200 || status === 206
}

/** Of the file that an answer is, or is a part of; `undefined` where it does not say. */
function wholeLength(answer: FetchAnswer): number | undefined {
  if (answer.status === 200) return answer.length
  const total = /\/(\d+)$/.exec(answer.header('content-range') ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}
