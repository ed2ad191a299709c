import { type ReactNode, useState } from 'react'
import { Icon } from '../card/icons.js'
import { useWords } from '../words/wordsContext.js'
import type { VersionRow } from './describePlugin.js'
import type { PluginRowModel } from './usePluginRow.js'

/** Which version runs, which one is kept, which one is skipped and until when. Open by itself after a roll back. */
export function PluginVersions({ row }: { readonly row: PluginRowModel }): ReactNode {
  const { messages, say } = useWords()
  const [own, setOwn] = useState<boolean>()
  return (
    <details
      className="pd-vers"
      open={own ?? row.state !== 'ok'}
      onToggle={({ currentTarget: { open } }) =>
        setOwn((last) => (last === undefined && open === (row.state !== 'ok') ? last : open))
      }
    >
      <summary>{say(messages.library.versions)}</summary>
      <ol>
        {row.versions.map((version) => (
          <Version key={`${version.role} ${version.version}`} version={version} run={row.actOn(version)} />
        ))}
      </ol>
    </details>
  )
}

function Version({
  version,
  run,
}: {
  readonly version: VersionRow
  readonly run: (() => void) | undefined
}): ReactNode {
  const { messages, say } = useWords()
  const { library } = messages
  const { tone } = version
  return (
    <li className="pd-ver" data-role={version.role} data-tone={tone}>
      <span className="pd-ver__dot" aria-hidden="true" />
      <b className="pd-num">
        <bdi>{version.version}</bdi>
      </b>
      <p>
        <bdi>{version.sentence}</bdi>
      </p>
      <div className="pd-actions">
        <span className={tone === 'quiet' ? 'pd-chip' : `pd-chip pd-chip--${tone}`}>{version.chip}</span>
        {run ? (
          <button type="button" className="pd-btn" onClick={run}>
            {version.action === 'goBack' ? <Icon name="undo" /> : null}
            {say(version.action === 'goBack' ? library.goBackToThis : library.tryAgain)}
          </button>
        ) : null}
      </div>
    </li>
  )
}
