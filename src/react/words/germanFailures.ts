import type { Messages, Situation } from './messages.js'

type Failures = Pick<Messages['situations'], Extract<Situation, `failure:${string}`>>

const KEPT = 'Was schon da ist, bleibt.'

/** Why a download failed, what holds and what helps, in German. */
export const GERMAN_FAILURES: Failures = {
  'failure:network': { title: 'Konnte nicht geladen werden', note: '{host} ist nicht erreichbar.', kept: KEPT },
  'failure:http-status': {
    title: 'Der Server hatte ein Problem',
    note: '{host} antwortete mit Fehler {status}.',
    kept: KEPT,
  },
  'failure:http-status:access': {
    title: 'Kein Zugang',
    note: '{host} verlangt eine Anmeldung oder einen neuen Link.',
    kept: KEPT,
  },
  'failure:http-status:gone': {
    title: 'Nicht mehr da',
    note: '{host} hat[ Version {version}] nicht mehr. Fragen Sie beim Herausgeber nach einem neuen Link.',
  },
  'failure:http-status:busy': {
    title: 'Der Server ist ausgelastet',
    note: '{host} hat {n}-mal abgelehnt.',
    kept: 'Was schon da ist, bleibt; später klappt es eher.',
  },
  'failure:stalled': {
    title: 'Der Download stand still',
    note: '{n}-mal kamen {stall} lang keine Daten.',
    kept: KEPT,
  },
  'failure:integrity': {
    title: 'Die Dateien stimmen nicht',
    note: 'Was ankam, ist nicht das, was herausgegeben wurde; davon wurde nichts installiert.',
  },
  'failure:signature': {
    title: 'Herausgeber nicht bestätigt',
    note: 'Die Signatur stammt von keinem Herausgeber, dem diese App vertraut; nichts wurde installiert.',
  },
  'failure:manifest': {
    title: 'Keine Plugin-Beschreibung',
    note: 'Was {host} schickte, ist nicht als Plugin lesbar; nichts wurde geändert. Prüfen Sie die Adresse.',
  },
  'failure:storage-full': {
    title: 'Zu groß für den Platz',
    note: '{name} braucht {need}[; für Plugins sind {limit} vorgesehen]. Nichts wurde entfernt.',
  },
  'failure:storage': {
    title: 'Konnte nicht gespeichert werden',
    note: 'Das Gerät ließ kein Schreiben zu. Installierte Plugins sind unverändert. Im privaten Fenster hilft ein normales.',
  },
  'failure:archive': {
    title: 'Lässt sich nicht entpacken',
    note: 'Das Paket kam vollständig an, ist innen aber fehlerhaft oder unsicher; nichts wurde installiert. Der Herausgeber muss es beheben.',
  },
  'failure:cancelled': {
    title: 'Abgebrochen',
    note: 'Sie haben diesen Download beendet.[ Die bisher geladenen {done} wurden entfernt.]',
  },
  'failure:not-found': {
    title: 'Nicht mehr in der Liste',
    note: 'Dieser Download endete oder wurde früher entfernt. Sonst hat sich nichts geändert.',
  },
  'failure:not-installed': { title: 'Nicht installiert', note: '{name} ist nicht auf diesem Gerät.' },
  'failure:corrupt': {
    title: 'Auf diesem Gerät beschädigt',
    note: 'Einige Bytes von {name} haben sich verändert; es startet erst wieder, wenn alles stimmt.',
  },
  'failure:downgrade': {
    title: 'Älter als zuvor',
    note: '[{version} ist älter als {highest}, das Sie schon hatten. ]Ältere Versionen können behobene Fehler zurückbringen; sie wurde nicht installiert.',
  },
  'failure:quarantined': {
    title: 'Vorerst übersprungen',
    note: '{version} ist[ {times}-mal] nicht gestartet und wird bis[ {until} oder bis] zu einer neueren Version übersprungen.',
  },
  'failure:expired': {
    title: 'Nicht mehr aktuell',
    note: '[Die Angaben des Herausgebers galten bis {date}. ]Ob diese Version aktuell ist, lässt sich nicht sagen.',
  },
  'failure:untrusted-origin': {
    title: 'Nicht von einem erlaubten Ort',
    note: 'Diese App lädt keine Plugins von {host}. Es wurde nichts geladen.',
  },
  'failure:locked': {
    title: 'Anderswo geöffnet',
    note: 'Ein anderes Programm[ ({pid})] benutzt diese Plugins. Schließen Sie es, dann noch einmal versuchen.',
  },
  'failure:fenced': {
    title: 'Konnte nicht abgeschlossen werden',
    note: 'Etwas Unerwartetes hat {name} gestoppt. Installierte Plugins sind unverändert.',
  },
  'failure:unsupported': {
    title: 'Geht hier nicht',
    note: '[{name} braucht {feature}, das dieser Browser nicht hat. ]Nichts wurde geändert.',
  },
  'failure:closed': {
    title: 'Plugins wurden beendet',
    note: 'Diese Seite hat sie geschlossen. Nach dem Neuladen geht es weiter; nichts ist verloren.',
  },
}
