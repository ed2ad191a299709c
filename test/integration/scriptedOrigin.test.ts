import { createScriptedOrigin } from '../../src/testing/scriptedOrigin.js'
import { describeScriptedOriginContract } from '../contracts/scriptedOriginContract.js'

describeScriptedOriginContract('over HTTP', async () => {
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  return { origin, url, fetch, dispose: close }
})
