import { afterEach, describe, expect, it } from 'vitest'
import { createFarewell } from '../../src/adapters/farewell.js'
import { watchPageEnd } from '../../src/adapters/pageLife.js'
import { createPageNotes } from '../../src/adapters/pageNotes.js'

const NAME = 'farewell-test'
const farewellOf = () => createFarewell(createPageNotes(NAME), watchPageEnd)

afterEach(() => farewellOf().clear())

const hide = () => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
const show = () => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))

describe('the last words of a page', () => {
  it('it goes away -> the next page reads them; it comes back -> they are taken back', async () => {
    const disarm = farewellOf().arm('trial-1')
    hide()
    expect(await farewellOf().read()).toEqual(['trial-1'])
    show()
    expect(await farewellOf().read()).toEqual([])
    disarm()
  })

  it('it is frozen, and thawed -> the same', async () => {
    const disarm = farewellOf().arm('trial-1')
    document.dispatchEvent(new Event('freeze'))
    expect(await farewellOf().read()).toEqual(['trial-1'])
    document.dispatchEvent(new Event('resume'))
    expect(await farewellOf().read()).toEqual([])
    disarm()
  })

  it('there is nothing to say any more -> nothing is left behind', async () => {
    farewellOf().arm('trial-1')()
    hide()
    expect(await farewellOf().read()).toEqual([])
  })

  it('two things are in the middle, one ends -> only the other is told', async () => {
    const farewell = farewellOf()
    const [endFirst, endSecond] = [farewell.arm('trial-1'), farewell.arm('trial-2')]
    endFirst()
    hide()
    expect(await farewell.read()).toEqual(['trial-2'])
    endSecond()
    await farewell.clear()
    expect(await farewellOf().read()).toEqual([])
  })

  it('somebody else wrote there -> nothing is read', async () => {
    localStorage.setItem(`plugdock/${NAME}/left`, '{"broken')
    expect(await farewellOf().read()).toEqual([])
  })
})
