import { describeBundleStoreContract } from '../contracts/bundleStoreContract.js'
import { folderOf, freshName, removeFolderOf, startEngine, writeForeign } from './engineWorker.js'

describeBundleStoreContract('opfsBundleStore in its worker', async () => {
  const name = freshName()
  let engine = await startEngine(name)
  let epoch = 1
  await engine.lead(epoch)
  return {
    store: engine.bundles,
    async reopen() {
      await engine.close()
      engine = await startEngine(name)
      epoch++
      await engine.lead(epoch)
      return engine.bundles
    },
    async addForeign(file) {
      await writeForeign(await folderOf(name, 'bundles'), file, new Uint8Array(1))
    },
    async dispose() {
      await engine.close()
      await removeFolderOf(name)
    },
  }
})
