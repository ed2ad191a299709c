import { UnsupportedError } from '../domain/errors/index.js'
import type { ModuleLoader, ModuleScope } from '../ports/modules.js'

/**
 * Modules as `blob:` URLs. They resolve no relative and no bare specifier, so what they import must have been
 * replaced. Rejects with `UnsupportedError` where the page's content security policy forbids them.
 */
export function createBlobUrlModuleLoader(): ModuleLoader {
  return { createScope: async () => createScope() }
}

function createScope(): ModuleScope {
  const urls = new Set<string>()
  return {
    keepsRelativeSpecifiers: false,
    async publish(path, code) {
      const text = `${code}\n//# sourceURL=plugdock/${encodeURI(path)}`
      const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
      urls.add(url)
      return url
    },
    import: importUnlessForbidden,
    async close() {
      for (const url of urls) URL.revokeObjectURL(url)
      urls.clear()
    },
  }
}

async function importUnlessForbidden(specifier: string): Promise<unknown> {
  const controller = new AbortController()
  let isForbidden = false
  const look = (event: SecurityPolicyViolationEvent) => {
    if (event.blockedURI.startsWith('blob') && event.effectiveDirective.startsWith('script-src')) isForbidden = true
  }
  document.addEventListener('securitypolicyviolation', look, { signal: controller.signal })
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ specifier)
  } catch (cause) {
    if (isForbidden) throw forbidden(cause)
    throw cause
  } finally {
    controller.abort()
  }
}

function forbidden(cause: unknown): UnsupportedError {
  const advice = "Add blob: to the page's script-src, or serve plugins through the service worker"
  return new UnsupportedError(`The page's content security policy forbids modules from blob: URLs. ${advice}`, {
    cause,
  })
}
