/** Test files by what they are about, the quickest of each first. */
const dock = (...names) => names.map((name) => `test/unit/dock/${name}.test.ts`)

export const DOWNLOADS = dock('downloads')
export const RETRIES = dock('retrying', 'downloads')
export const FLEET = dock('handles', 'durability', 'fleet')
export const MODEL = ['test/unit/models/downloadModel.test.ts']
export const INSTALLS = dock('installing', 'asking', 'downloads')
export const CONDITIONS = dock('conditions')
export const SPACE = dock('space')
export const EVICTION = ['test/unit/domain/eviction.test.ts', ...dock('evicting')]
export const REPAIR = dock('repair')
export const LINKS = dock('freshLinks')
export const MIRRORS = dock('mirrors', 'downloads')
export const CONNECTIONS = dock('connections')
export const SPEED = dock('speedLimits')
export const TRIALS = dock('trial', 'rollback', 'crashLoop')
export const TABS = dock('tabs/following', 'tabs/commands', 'tabs/lostLeadership', 'tabs/leaderChanges')
export const FLOOR = dock('floor')
export const CRASHES = ['dyingProcess', 'powerCut'].map((name) => `test/unit/crash/${name}.test.ts`)
export const HTTP = ['ranges', 'validators', 'framing', 'ends', 'retryAfter', 'redirects'].map(
  (name) => `test/integration/faultCases/${name}.test.ts`,
)
export const SILENCE = ['test/integration/faultCases/silence.test.ts']
export const ARCHIVES = ['Numbers', 'Names', 'Sizes', 'Truths'].map(
  (name) => `test/unit/faultCases/archives${name}.test.ts`,
)
export const of = (...names) => names.map((name) => `test/${name}.test.ts`)
