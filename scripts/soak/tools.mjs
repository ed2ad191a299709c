import { seededRandom } from '../../dist/src/testing/seededRandom.js'

/** Chance that is the same for the same seed. */
export function chance(seed) {
  const random = seededRandom(seed)
  return { random, pick: (things) => things[Math.floor(random() * things.length)] }
}

export function passes(delayMs) {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

/** Rejects with `message` where it takes longer. */
export async function within(limitMs, promise, message) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
