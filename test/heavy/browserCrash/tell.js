/** What a page tells the test; the address says which visit it is. */
export function tell(told) {
  return fetch(`/report${location.search}`, { method: 'POST', body: JSON.stringify(told) })
}

export function tellError(error) {
  return tell({ error: `${error?.code ?? error?.name}: ${error?.message}` })
}

addEventListener('error', ({ error, message }) => tellError(error ?? { name: 'Error', message }))
addEventListener('unhandledrejection', ({ reason }) => tellError(reason))
