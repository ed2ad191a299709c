import type { ReactNode } from 'react'
import { Icon } from '../card/icons.js'
import type { NoticeDescription, NoticeGroup } from './describeNotice.js'

export function NoticeItems({ groups }: { readonly groups: readonly NoticeGroup[] }): ReactNode {
  return (
    <ul className="pd-notices">
      {groups.map(({ key, notices, text }) => (
        <li key={key} data-kind={notices[0]?.kind}>
          {notices.length === 1 && notices[0] ? (
            <NoticeView notice={notices[0]} />
          ) : (
            <Many notices={notices} text={text} />
          )}
        </li>
      ))}
    </ul>
  )
}

function NoticeView({
  notice: { tone, icon, title, text, when, at },
}: {
  readonly notice: NoticeDescription
}): ReactNode {
  return (
    <div className="pd-notice">
      <span className="pd-badgeicon" data-tone={tone}>
        <Icon name={icon} />
      </span>
      <p>
        <bdi>
          <b>{title}</b> {text}
        </bdi>
      </p>
      <time className="pd-num" dateTime={new Date(at).toISOString()}>
        {when}
      </time>
    </div>
  )
}

function Many({ notices, text }: { readonly notices: readonly NoticeDescription[]; readonly text: string }): ReactNode {
  const [first] = notices
  if (!first) return null
  return (
    <details>
      <summary>
        <NoticeView notice={{ ...first, title: text, text: undefined }} />
      </summary>
      <ul className="pd-notices">
        {notices.map((notice) => (
          <li key={notice.id}>
            <NoticeView notice={notice} />
          </li>
        ))}
      </ul>
    </details>
  )
}
