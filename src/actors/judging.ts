export { beginTrial, diedSoOften, endTrials } from './trialRecords.js'
export { confirm, fail, release, rollBack, stepBack } from './verdicts.js'
