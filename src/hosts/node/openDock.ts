import { createPluginDockOn, createSupervisorLogicOn, type HostDockOptions } from '../../createPluginDockOn.js'
import type { PluginDock } from '../../dock/types.js'
import { isAllowedOrigin } from '../../domain/origins.js'
import type { Host } from '../../ports/host.js'
import { createNodeHost, type NodeHostOptions } from './createNodeHost.js'

/** What Node adds to a dock's options, and what only the command line may. */
export interface NodeDockOptions extends HostDockOptions, Pick<NodeHostOptions, 'directory' | 'wait'> {}

/** A dock in a directory. */
export function openDock(options: NodeDockOptions): Promise<PluginDock> {
  return createPluginDockOn(hostOf(options), options)
}

export function supervisorIn(options: NodeDockOptions): ReturnType<typeof createSupervisorLogicOn> {
  return createSupervisorLogicOn(() => hostOf(options), options)
}

function hostOf({ directory, wait, fetch, headers, localFiles, allowedOrigins }: NodeDockOptions): Host {
  const isAllowed = (url: URL): boolean => isAllowedOrigin(url, allowedOrigins)
  return createNodeHost({
    directory,
    isAllowed,
    ...(wait === undefined ? {} : { wait }),
    ...(fetch ? { fetch } : {}),
    ...(headers ? { headers } : {}),
    ...(localFiles ? { localFiles } : {}),
  })
}
