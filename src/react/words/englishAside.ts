import type { WidgetMessages } from './widgetMessages.js'

/** What stands beside a list of downloads, in English. */
export type AsideMessages = Pick<WidgetMessages, 'notices' | 'speed'>

export const ENGLISH_ASIDE: AsideMessages = {
  notices: {
    title: 'Notifications',
    button: 'Notifications',
    buttonNew: { one: 'Notifications, {n} new', other: 'Notifications, {n} new' },
    clear: 'Clear all',
    empty: 'Nothing new.',
    kinds: {
      installed: { title: '{name} is ready.', text: 'Version {version} is installed.', many: '{n} plugins are ready.' },
      failed: { title: "{name} couldn't be installed.", text: '{problem}', many: "{n} downloads couldn't finish." },
      rolledBack: { title: '{name} is back on {previous}.', text: '{problem}', many: '{n} plugins went back.' },
      storageFull: {
        title: '{name} needs[ {need}] more space.',
        text: 'Free some up and it goes on.',
        many: '{n} downloads need more space.',
      },
      consentNeeded: {
        title: '{name} needs your OK.',
        text: 'This connection may cost data.',
        many: '{n} downloads need your OK.',
      },
      evicted: { title: 'Freed {size}.', text: '{removed} removed to make room.', many: 'Room was made {n} times.' },
      repaired: { title: '{name} is whole again.', text: 'Damaged bytes were replaced.', many: '{n} were repaired.' },
      storageLost: {
        title: '{name} was removed.',
        text: 'The browser made room, or somebody deleted its files.',
        many: '{n} plugins were removed by the browser.',
      },
    },
    tell: 'Tell me when downloads end, even in another tab',
    blocked: 'Blocked by the browser. Allow notifications for this site in its settings.',
    offer: 'Tell you when it is done?',
    yes: 'Yes',
    no: 'No',
    system: { ready: 'Ready to use', needsYou: 'Needs you: {title}', backOn: 'Back on {previous}' },
  },
  speed: {
    lastMinute: 'Last minute',
    name: 'Speed over the last minute: now {now}, highest {highest}',
    nameAtRest: 'Speed over the last minute: nothing moves now, highest {highest}',
    atRest: 'Nothing moves',
    limit: 'Limit {rate}',
  },
}
