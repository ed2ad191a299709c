import { RECOVERY, type RecoveryRule, STATUS_RECOVERY } from '../domain/recovery.js'

/** Markdown: what happens after a failure, by its code, and by status. */
export function recoveryTables(): string {
  const codes = Object.entries(RECOVERY).map(([code, rule]) => row(`\`${code}\``, ...cellsOf(rule, code)))
  const statuses = STATUS_RECOVERY.map((rule) => row(rule.statuses.join(', '), rule.meaning))
  return [
    row('code', 'the next mirror, at once', 'tried again by itself', 'verified bytes', 'who can end it'),
    row('---', '---', '---', '---', '---'),
    ...codes,
    '',
    row('status', 'meaning'),
    row('---', '---'),
    ...statuses,
    row('any other', 'No: fails after the mirrors were tried. 404 is one of these'),
  ].join('\n')
}

function cellsOf({ triesMirrors, retries, partial, remedy }: RecoveryRule, code: string): string[] {
  const again = code === 'http-status' ? 'by status' : 'yes'
  return [triesMirrors ? 'yes' : '', retries ? again : '', partial, remedy]
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
