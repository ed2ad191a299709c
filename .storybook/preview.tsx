import type { Decorator, Preview } from '@storybook/react-vite'
import { GERMAN } from '../src/react/german.js'
import { MessagesProvider } from '../src/react/index.js'
import { NOW } from '../stories/scenarios.js'
import '../src/react/styles.css'
import { forcedColors } from './forcedColors.js'
import './preview.css'

/** Puts a story under the theme, language and direction of the toolbar. */
const underGlobals: Decorator = (Story, { globals, parameters }) => {
  const { theme, locale, direction, density } = globals
  const isLive = parameters.isLive === true
  return (
    <main className="stage" dir={direction} lang={locale} data-pd-theme={theme} data-pd-density={density}>
      <MessagesProvider
        locale={locale}
        messages={locale === 'de' ? GERMAN : undefined}
        timeZone="UTC"
        now={isLive ? undefined : () => NOW}
      >
        <Story />
      </MessagesProvider>
    </main>
  )
}

const preview: Preview = {
  decorators: [underGlobals],
  beforeEach: async ({ parameters }) => {
    if (parameters.forcedColors !== true) return undefined
    await forcedColors()?.(true)
    return async () => void (await forcedColors()?.(false))
  },
  initialGlobals: { theme: 'light', locale: 'en', direction: 'ltr', density: 'comfortable' },
  globalTypes: {
    theme: choice('Theme', ['light', 'dark']),
    locale: choice('Language', ['en', 'de']),
    direction: choice('Direction', ['ltr', 'rtl']),
    density: choice('Density', ['comfortable', 'compact']),
  },
  parameters: {
    layout: 'fullscreen',
    a11y: { test: 'error' },
    viewport: { options: { narrow320: { name: '320 px', styles: { width: '320px', height: '800px' } } } },
    options: {
      storySort: {
        order: [
          'Guides',
          [
            'Getting started',
            'States and what people see',
            'Theming',
            'The supervisor in your app',
            'Writing a host',
            'Writing a bundle store',
            'Testing your integration',
          ],
          'Widgets',
          'Live',
          'Machines',
        ],
      },
    },
  },
}

function choice(title: string, items: string[]) {
  return { description: title, toolbar: { title, items, dynamicTitle: true } }
}

export default preview
