/** The item of a menu that a key leads to from item `at`; `undefined` for other keys. Letters find what begins so. */
export function itemAfterKey(key: string, at: number, labels: readonly string[]): number | undefined {
  const count = labels.length
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return key.length === 1 && key !== ' ' ? itemOfLetter(key, at, labels) : undefined
  }
}

/** The next one after `at`, from the beginning again where there is none. */
function itemOfLetter(letter: string, at: number, labels: readonly string[]): number | undefined {
  const order = labels.map((_, index) => (at + 1 + index) % labels.length)
  return order.find((index) => labels[index]?.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()))
}
