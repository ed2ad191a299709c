import type { WorkLane } from '../src/domain/admission.js'

/** What of a task decides whose turn it is. */
export interface PluginTurn {
  readonly taskId: string
  readonly seq: number
  readonly pluginId?: string | undefined
  readonly holds?: WorkLane | undefined
  /** Whether it stands in the way of others. */
  readonly blocksPlugin: boolean
}

/** Whose turn it is for each plugin. Most have one download, which is kept without a list. */
export class PluginTurns {
  readonly #turns = new Map<string, PluginTurn | readonly PluginTurn[]>()

  /** `undefined` where nobody stands in another's way. */
  firstOf(pluginId: string): string | undefined {
    return this.#of(pluginId)[0]?.taskId
  }

  add(entry: PluginTurn): void {
    const { pluginId, blocksPlugin } = entry
    if (pluginId !== undefined && blocksPlugin)
      this.#set(pluginId, [...this.#of(pluginId), entry].sort(comparePluginTurn))
  }

  remove(entry: PluginTurn): void {
    const { pluginId, blocksPlugin } = entry
    if (pluginId !== undefined && blocksPlugin)
      this.#set(
        pluginId,
        this.#of(pluginId).filter((other) => other !== entry),
      )
  }

  /** In the same place. */
  replace(before: PluginTurn, entry: PluginTurn): void {
    const { pluginId, blocksPlugin } = entry
    if (pluginId === undefined || !blocksPlugin) return
    this.#set(
      pluginId,
      this.#of(pluginId).map((other) => (other === before ? entry : other)),
    )
  }

  #of(pluginId: string): readonly PluginTurn[] {
    const found = this.#turns.get(pluginId)
    if (found === undefined) return []
    return 'taskId' in found ? [found] : found
  }

  #set(pluginId: string, list: readonly PluginTurn[]): void {
    const [first] = list
    if (first === undefined) this.#turns.delete(pluginId)
    else this.#turns.set(pluginId, list.length === 1 ? first : list)
  }
}

/** Who holds goes on; else who came first. */
function comparePluginTurn(left: PluginTurn, right: PluginTurn): number {
  return Number(right.holds === 'transfer') - Number(left.holds === 'transfer') || left.seq - right.seq
}
