import type { PageWords } from './pageWords.js'

const OUTCOMES = { open: 'sending', complete: 'complete', cut: 'cut off', gone: 'page went away' }

export const ENGLISH: PageWords = {
  pages: { library: 'Library', downloads: 'Downloads', settings: 'Settings', faults: 'Faults' },
  sections: 'Sections',
  playground: 'Playground',
  lead: 'An app that gets its plugins while it runs: plugdock downloads them, checks every byte and starts them here. Break it as you like.',
  unfinished: 'unfinished',
  storage: 'Storage',
  storageOf: (used, all) => `${used} of ${all}`,
  connection: (rate) => `Online · ${rate}`,
  noLimit: 'No limit',
  ok: 'OK',
  downloadCount: (count) => (count === 1 ? '1 download' : `${count} downloads`),
  allDownloads: (count) => `All ${count} downloads`,
  nothingRuns: 'Nothing is downloading. Press Install, and you see here how far it is and what it waits for.',
  allProgress: 'All downloads, progress',
  shelf: {
    title: 'Catalogue',
    sum: (count, size) => `${count} real npm packages, ${size} in all`,
    install: 'Install',
    open: 'Open',
    close: 'Close',
    running: 'Running',
    installed: 'Installed',
    progress: (name) => `${name}, progress`,
  },
  stage: {
    checked: 'Checked just now',
    checking: 'Reading and checking its bytes …',
    notInstalled: (name) => `${name} is not installed.`,
    failed: (message) => `It did not start: ${message}`,
  },
  settings: {
    looks: 'Looks',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'Density',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    language: 'Language',
    direction: 'Direction',
    directions: { ltr: 'Left to right', rtl: 'Right to left' },
    tour: 'First steps',
    tourText: 'Install a plugin, break it, fill the storage, publish a broken update.',
    restartTour: 'Show the first steps again',
  },
  faults: {
    lead: 'The plugins come from a server on this computer. Start a download, then break something here and watch.',
    names: {
      offline: {
        title: 'Offline',
        effect: 'Downloads stop and say that they wait for the network. Switched off, each goes on where it was.',
      },
      busy: {
        title: 'Server busy (503)',
        effect:
          'Every request is turned away, to come back in 4 seconds. Downloads say so, and try again by themselves.',
      },
      stalled: {
        title: 'Stall',
        effect: 'Connections stay open, and no byte comes. After six seconds of silence a new one is made.',
      },
      slow: {
        title: 'Slow',
        effect: 'Bytes trickle. The time left grows, and a download of more than half a minute offers to tell you.',
      },
      full: {
        title: 'Fill the storage',
        effect:
          'Plugins come that only take up room, and what you have is pinned. The next big download asks you what goes.',
      },
      metered: {
        title: 'Limited data',
        effect: 'A download with more than 10 MB to go asks before it costs you anything, also one that runs.',
      },
      broken: {
        title: 'Broken update',
        effect:
          'It installs, does not start, and the version that worked is back by itself. The broken one is skipped.',
      },
      cut: {
        title: 'Cut the connection',
        effect: 'Breaks what is downloading now, once. The next request begins at the first missing byte.',
      },
      damage: {
        title: 'Damage a part',
        effect: 'One byte arrives changed. Its part is thrown away as it comes, and asked for again.',
      },
    },
    allWell: 'Nothing is broken now.',
    isOn: (titles) => (titles.length === 1 ? `${titles[0]} is on.` : `${titles.join(', ')} are on.`),
    isNext: (title) => `${title}: the next download.`,
    backToNormal: 'All back to normal',
    network: 'Network and server',
    device: 'This device',
    once: 'Once',
    speed: 'Speed of the server',
    speedHint: 'Of all downloads together.',
    waitsForDownload: 'Waits for a download',
    filling: 'Filling …',
    publish: 'Publish a broken update',
    publishing: 'Publishing …',
    publishText: (version) => `Charts ${version} will not start.`,
    publishedText: (version, present) => `Charts ${version} is published and skipped here; ${present} runs.`,
    needsInstalled: (name) => `It needs ${name}, installed.`,
    needsOpened: (name) => `It needs ${name} to have run once, so that there is something to go back to.`,
    installFirst: (name) => `Install ${name}`,
    openFirst: (name) => `Open ${name}`,
    log: 'What the server was asked',
    logEmpty: 'Nothing yet. Start a download.',
    sent: (size, outcome) => `${size} sent, ${OUTCOMES[outcome]}`,
    inspector: 'Open the inspector',
    inspectorOff: (command) => `To watch the machines inside, start the playground with ${command}.`,
  },
  tour: {
    label: (step, of) => `First steps, ${step} of ${of}`,
    count: (step, of) => `${step} of ${of}`,
    skip: 'Skip',
    done: 'Done',
    install: (name) => `Install ${name}`,
    goOffline: 'Go offline',
    goOnline: 'Go online',
    fill: 'Fill the storage',
    publish: 'Publish it',
    steps: {
      install: [
        'Install a plugin.',
        (name) => `Press Install on ${name}. You’ll see how far it is and how long it takes.`,
      ],
      open: ['It is here.', (name) => `Open ${name}: every byte is checked again before it runs.`],
      break: [
        'Now break it.',
        (name) =>
          `Install ${name}, and pull the plug while it downloads: reload this tab, or go offline. It goes on where it was.`,
      ],
      fill: ['Fill it up.', (name) => `Fill the storage, then install ${name}. You choose what goes.`],
      update: ['Publish a broken update.', (name, version) => `${name} ${version} will not start. Watch it go back.`],
      end: [
        'That’s all.',
        (name) => `${name} went back by itself: your version kept working. There is more to break under Faults.`,
      ],
    },
    offlineNow: (name) => `${name} waits for the network. Go online, and it goes on where it was.`,
    filledNow: (name) => `There is next to no room left. Install ${name}.`,
    waitsNow: (name) =>
      `${name} needs room. Press “Free up space” and choose what goes; the download goes on by itself.`,
    updateNow: (name, version) => `${name} ${version} is on its way.`,
  },
}
