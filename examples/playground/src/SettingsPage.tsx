import type { VerificationReport } from 'plugdock/browser'
import { usePluginDock, useWords } from 'plugdock/react'
import { type ReactNode, useState } from 'react'
import { Icon, Tile } from './Icon.js'
import type { CatalogueItem } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { type Preferences, usePreferences } from './preferences.js'

export function SettingsPage(): ReactNode {
  const { change } = usePreferences()
  return (
    <>
      <StoragePanel />
      <section className="pg-panel" aria-labelledby="pg-looks">
        <h2 id="pg-looks">Looks</h2>
        <Choice name="theme" title="Theme" options={{ system: 'As the system', light: 'Light', dark: 'Dark' }} />
        <Choice name="density" title="Density" options={{ comfortable: 'Comfortable', compact: 'Compact' }} />
        <Choice name="language" title="Language of the widgets" options={{ en: 'English', de: 'Deutsch' }} />
      </section>
      <section className="pg-panel" aria-labelledby="pg-tour">
        <h2 id="pg-tour">Tour</h2>
        <p>Install, open, break: the first steps in the library.</p>
        <div className="pd-actions">
          <button type="button" className="pd-btn" onClick={() => change({ tourStep: 0 })}>
            Start the tour again
          </button>
        </div>
      </section>
    </>
  )
}

type ChoiceName = 'theme' | 'density' | 'language'

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

function StoragePanel(): ReactNode {
  const { origin, storage } = usePlayground()
  const { bytes } = useWords()
  const installed = origin.plugins.filter(({ id }) => storage?.installed.some(({ pluginId }) => pluginId === id))
  return (
    <section className="pg-panel" aria-labelledby="pg-storage">
      <h2 id="pg-storage">On this device</h2>
      <p className="pd-num">
        {installed.length === 0 ? 'Nothing is installed.' : `${bytes(storage?.usedBytes ?? 0)} used.`}
      </p>
      <ul className="pg-faults">
        {installed.map((item) => (
          <StoredPlugin key={item.id} item={item} />
        ))}
      </ul>
    </section>
  )
}

function StoredPlugin({ item }: { readonly item: CatalogueItem }): ReactNode {
  const dock = usePluginDock()
  const { remove, complain } = usePlayground()
  const { bytes } = useWords()
  const [report, setReport] = useState<VerificationReport | 'checking'>()
  const check = () => {
    setReport('checking')
    dock.storage.verify(item.id).then(setReport, complain)
  }
  return (
    <li data-stored={item.id}>
      <Tile icon={item.icon} hue={item.hue} isSmall />
      <div>
        <h3>{item.title}</h3>
        <p className="pd-num">{report === undefined ? bytes(item.sizeBytes) : wordsOf(report)}</p>
      </div>
      <span className="pd-actions">
        <button type="button" className="pd-btn" onClick={check} disabled={report === 'checking'}>
          Check every byte
        </button>
        <button type="button" className="pd-btn pd-btn--icon" title="Delete" onClick={() => remove(item)}>
          <Icon name="remove" />
          <span className="pd-hidden">Delete {item.title}</span>
        </button>
      </span>
    </li>
  )
}

function wordsOf(report: VerificationReport | 'checking'): string {
  if (report === 'checking') return 'Checking …'
  return report.ok ? `Checked just now: ${report.chunksChecked} parts are whole` : 'Damaged: install it again'
}
