import type { ModuleLoader, ModuleScope } from '../ports/modules.js'

/**
 * Modules as `data:` URLs, in Node and in browsers. They resolve no relative and no bare specifier, so what they
 * import must have been replaced. The same code under the same path is one instance for the whole process.
 */
export function createDataUrlModuleLoader(): ModuleLoader {
  let scopes = 0
  return { createScope: async () => createScope(++scopes) }
}

/** The scope's number keeps the instances of two scopes apart. */
function createScope(number: number): ModuleScope {
  return {
    keepsRelativeSpecifiers: false,
    publish: async (path, code) => toDataUrl(`${code}\n//# sourceURL=plugdock-memory/${number}/${encodeURI(path)}`),
    import: (specifier) => import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ specifier),
    close: async () => {},
  }
}

function toDataUrl(code: string): string {
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`
}
