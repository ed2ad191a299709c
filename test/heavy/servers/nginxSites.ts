import { afterEach, beforeAll, beforeEach } from 'vitest'
import { findServers } from './findServers.js'
import { Site } from './site.js'

const MINUTES = 60_000

/** A site of nginx's, which compresses nothing, anew for every test of the file; gives the present one. */
export function nginxForEachTest(sizeBytes: number): () => Site {
  let path: string
  let site: Site
  beforeAll(async () => {
    path = (await findServers()).nginx
  }, 5 * MINUTES)
  beforeEach(async () => {
    site = await Site.open({ name: 'nginx', path, compression: 'off', sizeBytes })
  })
  afterEach(() => site.close())
  return () => site
}
