import { DockBandwidthSettings, DockStorageMeter } from 'plugdock/react'
import type { ReactNode } from 'react'
import { usePlayground } from './playgroundContext.js'
import { type Preferences, usePreferences } from './preferences.js'
import { goTo } from './useRoute.js'
import { usePageWords } from './words/usePageWords.js'

export function SettingsPage(): ReactNode {
  const { complain } = usePlayground()
  return (
    <>
      <DockBandwidthSettings />
      <DockStorageMeter onError={complain} />
      <Looks />
      <FirstSteps />
    </>
  )
}

const LANGUAGES = { en: 'English', de: 'Deutsch' }

function Looks(): ReactNode {
  const { settings: words } = usePageWords()
  return (
    <section className="pd-panel pg-panel" aria-labelledby="pg-looks">
      <h2 id="pg-looks">{words.looks}</h2>
      <Choice name="theme" title={words.theme} options={words.themes} />
      <Choice name="density" title={words.density} options={words.densities} />
      <Choice name="language" title={words.language} options={LANGUAGES} />
      <Choice name="direction" title={words.direction} options={words.directions} />
    </section>
  )
}

type ChoiceName = 'theme' | 'density' | 'language' | 'direction'

interface ChoiceProps<Name extends ChoiceName> {
  readonly name: Name
  readonly title: string
  readonly options: Readonly<Record<Preferences[Name], string>>
}

function Choice<Name extends ChoiceName>({ name, title, options }: ChoiceProps<Name>): ReactNode {
  const { preferences, change } = usePreferences()
  const values = Object.keys(options) as Preferences[Name][] // reason: the keys of a record are its type's
  return (
    <fieldset className="pg-choicegroup">
      <legend>{title}</legend>
      <div className="pg-choices">
        {values.map((value) => (
          <label key={value} className="pg-choice">
            <input
              type="radio"
              name={name}
              checked={preferences[name] === value}
              onChange={() => change({ [name]: value })}
            />
            {options[value]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function FirstSteps(): ReactNode {
  const { change } = usePreferences()
  const { settings: words } = usePageWords()
  const restart = () => {
    change({ tourStep: 'install' })
    goTo('library')
  }
  return (
    <section className="pd-panel pg-panel" aria-labelledby="pg-tour">
      <h2 id="pg-tour">{words.tour}</h2>
      <p>{words.tourText}</p>
      <div className="pd-actions">
        <button type="button" className="pd-btn" onClick={restart}>
          {words.restartTour}
        </button>
      </div>
    </section>
  )
}
