import type { FileUrls } from '../ports/host.js'

/** `blob:` URLs. A page whose content security policy forbids them says so itself, where one is used. */
export function createBlobUrls(): FileUrls {
  return { publish: (blob) => URL.createObjectURL(blob), revoke: (url) => URL.revokeObjectURL(url) }
}
