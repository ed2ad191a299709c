/**
 * Runs every work once a round, every other round backwards, one round before to warm up that counts for nothing.
 *
 * @param {Record<string, (round: number) => Promise<Record<string, number>>>} works samples under their names
 * @param {{ rounds: number, maxMs?: number, onFailure?: (name: string, error: unknown) => void }} options whose work
 *   fails is left out from then on, and from all rounds, where `onFailure` is there and does not throw; no round but
 *   the first that counts begins after `maxMs`
 * @returns {Promise<Record<string, Record<string, number>>[]>} the samples of each round
 */
export async function inRounds(works, { rounds, maxMs = Number.POSITIVE_INFINITY, onFailure = fail }) {
  const endsAt = performance.now() + maxMs
  const left = new Map(Object.entries(works))
  const measured = []
  for (let round = 0; round <= rounds; round++) {
    if (round > 1 && performance.now() >= endsAt) break
    const samples = await oneRound(left, round, onFailure)
    if (round > 0) measured.push(samples)
  }
  return measured.map((samples) => Object.fromEntries([...left.keys()].map((name) => [name, samples[name]])))
}

async function oneRound(left, round, onFailure) {
  const samples = {}
  const works = [...left]
  for (const [name, work] of round % 2 === 0 ? works : works.toReversed()) {
    try {
      samples[name] = await work(round)
    } catch (error) {
      onFailure(name, error)
      left.delete(name)
    }
  }
  return samples
}

function fail(_name, error) {
  throw error
}
