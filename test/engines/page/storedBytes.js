/** What a rotten disk does to a stored bundle, behind the dock's back. */

/** Flips the bits of the byte at `offset` of every bundle; returns how many bundles there were. */
export async function flipStoredByte(offset) {
  return navigator.storage?.getDirectory ? flipInFiles(offset) : flipInDatabase(offset)
}

async function flipInFiles(offset) {
  const root = await navigator.storage.getDirectory()
  const store = await (await root.getDirectoryHandle('plugdock')).getDirectoryHandle('plugdock')
  let flipped = 0
  for await (const file of (await store.getDirectoryHandle('bundles')).values()) {
    const [byte] = new Uint8Array(await (await file.getFile()).slice(offset, offset + 1).arrayBuffer())
    const writable = await file.createWritable({ keepExistingData: true })
    await writable.write({ type: 'write', position: offset, data: new Uint8Array([byte ^ 0xff]) })
    await writable.close()
    flipped++
  }
  return flipped
}

/** Bundles lie there in pieces, by number. */
async function flipInDatabase(offset) {
  const database = await settled(indexedDB.open('plugdock/plugdock/bundles'))
  const table = database.transaction('pieces', 'readwrite').objectStore('pieces')
  const keys = (await settled(table.getAllKeys())).filter((key) => /^piece\/.*\/0$/.test(key))
  for (const key of keys) {
    const piece = await settled(table.get(key))
    piece[offset] ^= 0xff
    await settled(table.put(piece, key))
  }
  database.close()
  return keys.length
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
