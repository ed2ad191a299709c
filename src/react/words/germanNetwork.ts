import type { NetworkMessages } from './networkMessages.js'

export const GERMAN_NETWORK: NetworkMessages = {
  consent: {
    title: '{transfer} über diese Verbindung laden?',
    why: {
      metered: 'Sie sieht nach mobilen oder begrenzten Daten aus, das kann etwas kosten.',
      chosen: 'Sie haben sie als begrenzt eingestellt, das kann etwas kosten.',
      saveData: 'Der Datensparmodus ist an.',
    },
    otherwise: {
      metered: 'Wenn nicht jetzt, beginnt es ohne Datenlimit von selbst.',
      chosen: 'Wenn nicht jetzt, wartet es, bis Sie die Verbindung als unbegrenzt einstellen.',
      saveData: 'Wenn nicht jetzt, beginnt es von selbst, sobald der Datensparmodus aus ist.',
    },
    here: 'Schon da[, aus {what}]',
    toDownload: 'Zu laden[, {what}]',
    listName: 'Was geladen würde',
    always: 'Bei begrenzten Daten immer laden, ohne Rückfrage',
    others: {
      one: '{n} weiterer, der wartet, beginnt dann auch: {size}.',
      other: '{n} weitere, die warten, beginnen dann auch: {size}.',
    },
    starting: 'Beginnt …',
    failed: 'Das hat nicht geklappt: {message}',
  },
  bandwidth: {
    title: 'Daten und Tempo',
    now: 'Gerade gilt: {rule}[, denn {why}].[ Höchstens {rate}.]',
    rules: {
      offline: 'Es wird nichts geladen',
      free: 'Downloads beginnen ohne Rückfrage',
      asks: 'Downloads über {size} fragen vorher',
      asksAlways: 'Jeder Download fragt vorher',
      waits: 'Downloads warten',
    },
    why: {
      offline: 'Sie sind offline',
      metered: 'das sieht nach begrenzten Daten aus',
      chosen: 'Sie haben diese Verbindung als begrenzt eingestellt',
      saveData: 'der Datensparmodus ist an',
      allowed: 'Sie erlauben sie auch bei begrenzten Daten',
      unlimitedChosen: 'Sie haben diese Verbindung als unbegrenzt eingestellt',
      unlimited: 'das sieht nicht nach begrenzten Daten aus',
      unknown: 'hier lässt sich nicht erkennen, ob die Daten begrenzt sind',
    },
    onMetered: 'Bei mobilen oder begrenzten Daten',
    onMeteredChoices: { ask: 'Vorher fragen', allow: 'Immer laden', wait: 'Warten' },
    onMeteredHints: {
      ask: 'Was Sie nicht selbst gestartet haben, wartet auf eine Verbindung ohne Limit.',
      allow: 'Das kann etwas kosten.',
      wait: 'Downloads beginnen ohne Datenlimit von selbst.',
    },
    askAbove: 'Fragen, wenn ein Download größer ist als',
    connection: 'Diese Verbindung',
    connectionChoices: { auto: 'Erkennen', metered: 'Begrenzt', unmetered: 'Ohne Limit' },
    detected: 'Soweit es sich hier erkennen lässt.',
    undetectable:
      'Das lässt sich hier nicht erkennen; sie gilt als unbegrenzt. Stellen Sie es ein, wenn sie es nicht ist.',
    limit: 'Tempo begrenzen',
    limitValue: 'Höchstes Tempo',
    saveData: 'Datensparmodus beachten',
    saveDataHint: 'Solange er an ist, gilt dasselbe wie bei begrenzten Daten.',
    megabytes: 'MB',
    megabytesPerSecond: 'MB/s',
    reset: 'Zurück zum Üblichen',
    failed: 'Das wurde nicht behalten: {message}',
  },
  offline: {
    offline: 'Sie sind offline.',
    offlineText: {
      one: '{n} Download geht von selbst weiter, sobald Sie wieder online sind. Installierte Plugins laufen weiter.',
      other:
        '{n} Downloads gehen von selbst weiter, sobald Sie wieder online sind. Installierte Plugins laufen weiter.',
    },
    offlineIdle: 'Installierte Plugins laufen weiter.',
    back: 'Wieder online.',
    backText: { one: '{n} Download geht weiter.', other: '{n} Downloads gehen weiter.' },
    portal: 'Dieses Netz verlangt eine Anmeldung.',
    portalText: {
      one: 'Öffnen Sie eine beliebige Webseite und melden Sie sich an. Danach geht {n} Download von selbst weiter.',
      other: 'Öffnen Sie eine beliebige Webseite und melden Sie sich an. Danach gehen {n} Downloads von selbst weiter.',
    },
  },
}
