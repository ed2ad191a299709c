import { findPrograms, type Installation } from '../../findPrograms.js'

export const SERVER_NAMES = ['nginx', 'apache', 'lighttpd', 'caddy'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

const INSTALLATIONS: Readonly<Record<ServerName, Installation>> = {
  nginx: { commands: ['nginx'], packages: ['nginx'] },
  apache: { commands: ['apache2'], packages: ['apache2-bin'] },
  lighttpd: { commands: ['lighttpd'], packages: ['lighttpd', 'lighttpd-mod-deflate'] },
  caddy: { commands: ['caddy'], packages: ['caddy'] },
}

/** The programs' paths. Installs what is missing where it may: root, on Debian. Throws what to install elsewhere. */
export function findServers(): Promise<Readonly<Record<ServerName, string>>> {
  return findPrograms(INSTALLATIONS)
}
