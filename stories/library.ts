import type { EvictionPlan, InstalledPlugin, InstalledVersion } from '../src/publicTypes.js'
import type { PluginView, StorageSpace } from '../src/react/index.js'
import { NOW } from './scenarios.js'

const MB = 1_000_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Made {
  readonly pluginId: string
  readonly name: string
  readonly version: string
  readonly megabytes: number
  /** Hours since its last use. */
  readonly usedHoursAgo?: number
  readonly changes?: Partial<InstalledPlugin>
  readonly others?: readonly (Partial<InstalledVersion> & Pick<InstalledVersion, 'version' | 'role'>)[]
}

function made({ pluginId, name, version, megabytes, usedHoursAgo, changes, others = [] }: Made): PluginView {
  const installedAt = NOW - 18 * DAY_MS
  const plugin: InstalledPlugin = {
    pluginId,
    name,
    version,
    address: `${pluginId} ${version}`,
    sizeBytes: megabytes * MB,
    installedAt,
    lastUsedAt: usedHoursAgo === undefined ? installedAt : NOW - usedHoursAgo * HOUR_MS,
    pinned: false,
    inUse: false,
    health: 'healthy',
    ...changes,
  }
  const { address, sizeBytes, health, damagedAt } = plugin
  const active = { version, address, sizeBytes, installedAt, health, role: 'active' } as const
  return {
    plugin,
    versions: [
      damagedAt === undefined ? active : { ...active, damagedAt },
      ...others.map((other) => ({
        address: `${pluginId} ${other.version}`,
        sizeBytes: 28.1 * MB,
        installedAt,
        health: 'healthy' as const,
        ...other,
      })),
    ],
  }
}

/** One list of installed plugins for stories and tests. */
export const PLUGINS = {
  charts: made({
    pluginId: 'acme.charts',
    name: 'Charts',
    version: '2.1.0',
    megabytes: 29.6,
    usedHoursAgo: 0,
    others: [
      {
        version: '2.2.0',
        role: 'quarantined',
        quarantine: { reason: 'createChart is not a function', failures: 3, cause: 'failed', until: NOW + 7 * DAY_MS },
      },
    ],
  }),
  chartsUpdated: made({
    pluginId: 'acme.charts',
    name: 'Charts',
    version: '2.2.0',
    megabytes: 29.6,
    usedHoursAgo: 5,
    others: [{ version: '2.1.0', role: 'previous' }],
  }),
  scenes: made({
    pluginId: 'acme.scenes',
    name: '3D scenes',
    version: '0.171.0',
    megabytes: 96.4,
    usedHoursAgo: 2,
    changes: { pinned: true },
  }),
  pdf: made({
    pluginId: 'acme.pdf',
    name: 'PDF viewer',
    version: '4.8.69',
    megabytes: 24.8,
    usedHoursAgo: 26,
    others: [{ version: '4.7.76', role: 'previous', sizeBytes: 12.3 * MB }],
  }),
  graphics: made({
    pluginId: 'acme.graphics',
    name: 'Data graphics',
    version: '7.9.0',
    megabytes: 8.7,
    usedHoursAgo: 24 * 5,
    changes: { damagedAt: NOW - HOUR_MS },
  }),
  colours: made({
    pluginId: 'acme.colours',
    name: 'Syntax colours',
    version: '11.10.0',
    megabytes: 3.8,
    usedHoursAgo: 1,
    changes: { inUse: true },
  }),
  markdown: made({ pluginId: 'acme.markdown', name: 'Markdown', version: '15.0.4', megabytes: 0.4 }),
  onTrial: made({
    pluginId: 'acme.markdown',
    name: 'Markdown',
    version: '16.0.0',
    megabytes: 0.4,
    usedHoursAgo: 0,
    changes: { health: 'trial' },
    others: [{ version: '15.0.4', role: 'previous', sizeBytes: 0.4 * MB }],
  }),
} as const satisfies Record<string, PluginView>

export const LIBRARY: readonly PluginView[] = [
  PLUGINS.chartsUpdated,
  PLUGINS.scenes,
  PLUGINS.pdf,
  PLUGINS.graphics,
  PLUGINS.colours,
  PLUGINS.markdown,
]

/** Of so many plugins that they have to be folded, and searched. */
export const MANY: readonly PluginView[] = Array.from({ length: 12 }, (_, index) =>
  made({
    pluginId: `acme.tool-${index}`,
    name: `Tool ${index + 1}`,
    version: `1.${index}.0`,
    megabytes: 2 + 3 * index,
    usedHoursAgo: 30 * index,
  }),
)

export const SPACE: StorageSpace = space(212, 288, 500)
export const SPACE_NEARLY_FULL: StorageSpace = space(212, 28, 240)
export const SPACE_FULL: StorageSpace = { ...space(212, 0.4, 212.4), isPersistent: false }
export const SPACE_EMPTY: StorageSpace = space(0, 500, 500)
export const SPACE_WITHOUT_BUDGET: StorageSpace = { ...space(212, 1800, 0), budgetBytes: undefined }

function space(usedMegabytes: number, freeMegabytes: number, budgetMegabytes: number): StorageSpace {
  const [usedBytes, availableBytes, budgetBytes] = [usedMegabytes, freeMegabytes, budgetMegabytes].map((n) => n * MB)
  return { usedBytes: usedBytes ?? 0, availableBytes: availableBytes ?? 0, budgetBytes, isPersistent: undefined }
}

/** All that may go of the library above. */
export const PLAN: EvictionPlan = planOf([
  { kind: 'previous', pluginId: 'acme.charts', version: '2.1.0', sizeBytes: 28.1 * MB },
  { kind: 'previous', pluginId: 'acme.pdf', version: '4.7.76', sizeBytes: 12.3 * MB },
  { kind: 'plugin', pluginId: 'acme.graphics', version: '7.9.0', sizeBytes: 8.7 * MB },
  { kind: 'plugin', pluginId: 'acme.pdf', version: '4.8.69', sizeBytes: 24.8 * MB },
  { kind: 'plugin', pluginId: 'acme.charts', version: '2.2.0', sizeBytes: 29.6 * MB },
])

export const PLAN_OF_NOTHING: EvictionPlan = planOf([])

function planOf(items: EvictionPlan['items']): EvictionPlan {
  const bytesFreed = items.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  return { bytesToFree: Number.MAX_SAFE_INTEGER, bytesFreed, sufficient: false, items }
}
