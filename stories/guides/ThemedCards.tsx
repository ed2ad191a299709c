import { DownloadCard, MessagesProvider } from '../../src/react/index.js'
import { CALLBACKS } from '../callbacks.js'
import { pluginIcon } from '../pluginIcon.js'
import { NOW, SCENARIOS, type Scenario } from '../scenarios.js'
import './examples/theming.css'

const SHOWN: readonly Scenario[] = [SCENARIOS.downloading, SCENARIOS.awaitingConsent, SCENARIOS.failed]

/** The same cards, as they come and under the example's tokens. */
export function ThemedCards() {
  return (
    <MessagesProvider locale="en" timeZone="UTC" now={() => NOW}>
      <div className="guide-themes sb-unstyled">
        {['', 'sunset'].map((theme) => (
          <div key={theme} className={theme} data-pd-theme="light">
            {SHOWN.map(({ progress, facts }) => (
              <DownloadCard
                {...CALLBACKS}
                key={progress.state}
                progress={progress}
                facts={facts}
                icon={pluginIcon(progress.pluginId)}
              />
            ))}
          </div>
        ))}
      </div>
    </MessagesProvider>
  )
}
