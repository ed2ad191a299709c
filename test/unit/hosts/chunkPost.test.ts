import { describe, expect, it } from 'vitest'
import { ChunkPost, type StoredRun } from '../../../src/hosts/browser/chunkPost.js'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'

function openPost() {
  const clock = createVirtualClock()
  const sent: (readonly StoredRun[])[] = []
  return { clock, sent, post: new ChunkPost(clock, (runs) => sent.push(runs)) }
}

describe('ChunkPost', () => {
  it('neighbours of one job and source -> one run, in one message a moment later', async () => {
    const { clock, sent, post } = openPost()
    post.add(1, 0, 3, 'a')
    post.add(1, 8, 9, 'a')
    post.add(1, 4, 4, 'a')
    post.add(2, 5, 5, 'a')
    post.add(1, 5, 5, 'b')
    expect(sent).toEqual([])
    await clock.advance(25)
    expect(sent).toEqual([
      [
        [1, 0, 4, 'a'],
        [1, 8, 9, 'a'],
        [2, 5, 5, 'a'],
        [1, 5, 5, 'b'],
      ],
    ])
  })

  it('told at once -> nothing is told twice, and later ones are a message of their own', async () => {
    const { clock, sent, post } = openPost()
    post.add(1, 0, 0, 'a')
    post.sendNow()
    post.sendNow()
    await clock.advance(100)
    post.add(1, 1, 1, 'a')
    await clock.advance(25)
    expect(sent).toEqual([[[1, 0, 0, 'a']], [[1, 1, 1, 'a']]])
  })
})
