import type { Fault } from './fault.js'
import { answerProperly } from './scriptedAnswers.js'

/** ETags that no server should send and some do. */
export const ODD_ETAGS: readonly string[] = [
  'unquoted',
  '""',
  '"with "quotes" inside"',
  '"\u00e9\u00ff"',
  '"a, b"',
  '"a\tb"',
  'W/unquoted',
  'w/"lower"',
  `"${'8'.repeat(8190)}"`,
]

/** From here on the file has another ETag, with the same bytes. */
export function changeEtag(etag?: string): Fault {
  return {
    name: 'changeEtag',
    apply({ asked, resource, answer }) {
      if (!resource) return answer
      resource.etag = etag ?? `"${(resource.etag ?? '').replaceAll('"', '')}-changed"`
      return answerProperly(asked, resource)
    },
  }
}

/** This answer has another ETag, or none, and knows no other in `If-Range`. */
export function withEtag(etag: string | undefined): Fault {
  return {
    name: `withEtag ${etag?.slice(0, 40)}`,
    apply: ({ asked, resource, answer }) => (resource ? answerProperly(asked, { ...resource, etag }) : answer),
  }
}

/** Every answer from then on has the next of these ETags, in turn, with the same bytes: servers that do not agree. */
export function flapEtags(...etags: readonly [string, string, ...string[]]): Fault {
  let answers = 0
  return {
    name: 'flapEtags',
    sticky: true,
    apply: (exchange) => withEtag(etags[answers++ % etags.length]).apply(exchange),
  }
}
