import { it } from 'vitest'
import { expectInstalledInPage, VARIANTS } from './pageStage.js'

it.each(VARIANTS)(
  'H25 a server that compresses whatever is asked, %s -> asked without a range, installed',
  async (variant) => {
    await expectInstalledInPage({ variant, isText: true, faults: [['always', ['gzip', 'ignored']]] })
  },
)
