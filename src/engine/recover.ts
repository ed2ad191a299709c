import { PluginDockError } from '../domain/errors/index.js'
import { RECOVERY } from '../domain/recovery.js'
import { OddPart } from './answer.js'
import type { Mirror } from './mirrors.js'
import type { TransferOrder } from './transferOrder.js'

/**
 * What a request's failure comes to: `undefined` where the same mirror is worth another request at once, because it is
 * now asked in another way, or at a fresh link; else the failure, after which another mirror may do better. Rejects
 * with what no mirror can help, as a full disk.
 */
export async function recover(
  thrown: unknown,
  mirror: Mirror,
  url: string,
  { refreshUrl }: Pick<TransferOrder, 'refreshUrl'>,
): Promise<PluginDockError | undefined> {
  if (thrown instanceof OddPart && mirror.noteOddPart(thrown.error)) return undefined
  const error = thrown instanceof OddPart ? thrown.error : thrown
  if (!(error instanceof PluginDockError) || !RECOVERY[error.code].triesMirrors) throw error
  try {
    return (await mirror.refresh(error, url, refreshUrl)) ? undefined : error
  } catch (failure) {
    if (failure instanceof PluginDockError) return failure
    throw failure
  }
}
