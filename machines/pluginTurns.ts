import type { Occupation } from '../src/domain/admission.js'

/** What of a task decides whose turn it is. */
export interface PluginTurn {
  readonly taskId: string
  readonly seq: number
  readonly pluginId?: string | undefined
  readonly holds?: Occupation | undefined
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

  /** What a task is now, in place of what it was. */
  change(before: PluginTurn | undefined, entry: PluginTurn | undefined): void {
    if (before && entry && before.blocksPlugin && entry.blocksPlugin && before.pluginId === entry.pluginId)
      return this.#replace(before, entry)
    if (before) this.#remove(before)
    if (entry) this.#add(entry)
  }

  #add(entry: PluginTurn): void {
    const { pluginId, blocksPlugin } = entry
    if (pluginId !== undefined && blocksPlugin)
      this.#set(pluginId, [...this.#of(pluginId), entry].sort(comparePluginTurn))
  }

  #remove(entry: PluginTurn): void {
    const { pluginId, blocksPlugin } = entry
    if (pluginId !== undefined && blocksPlugin)
      this.#set(
        pluginId,
        this.#of(pluginId).filter((other) => other !== entry),
      )
  }

  /** Without a moment in which the plugin has none: a map that loses and wins entries grows to twice its size. */
  #replace(before: PluginTurn, entry: PluginTurn): void {
    const { pluginId } = entry
    if (pluginId === undefined) return
    const list = this.#of(pluginId).map((other) => (other === before ? entry : other))
    this.#set(pluginId, list.sort(comparePluginTurn))
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
  return Number(isAtIt(right)) - Number(isAtIt(left)) || left.seq - right.seq
}

function isAtIt({ holds }: PluginTurn): boolean {
  return holds === 'transfer' || holds === 'store'
}
