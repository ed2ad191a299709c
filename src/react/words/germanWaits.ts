import type { Messages, Situation } from './messages.js'

type Waits = Pick<Messages['situations'], Extract<Situation, `wait:${string}`>>

/** Why a download does not move, in German. */
export const GERMAN_WAITS: Waits = {
  'wait:slot': {
    title: 'Als Nächstes',
    sentence: {
      one: 'Beginnt, wenn der laufende Download endet',
      other: 'Beginnt, wenn einer der {n} laufenden Downloads endet',
    },
  },
  'wait:slot:later': { title: 'Wartet, bis es dran ist', sentence: 'Platz {position}' },
  'wait:origin-slot': { title: 'Als Nächstes', sentence: '{host} sendet schon so viel wie vorgesehen' },
  'wait:same-plugin': { title: 'Als Nächstes', sentence: 'Beginnt, wenn der andere Download dieses Plugins endet' },
  'wait:new-leader': { title: 'Einen Moment', sentence: 'Ein anderer Tab wurde geschlossen, dieser übernimmt' },
  'wait:background': { title: 'Der Browser lädt weiter', sentence: 'Auch wenn diese Seite zu ist' },
  'wait:backoff': {
    title: 'Neuer Versuch in {countdown}',
    stillTitle: 'Neuer Versuch in wenigen Sekunden',
    sentence: 'Die Verbindung brach ab',
  },
  'wait:backoff:stall': {
    title: 'Neuer Versuch in {countdown}',
    stillTitle: 'Neuer Versuch in wenigen Sekunden',
    sentence: '{stall} lang kamen keine Daten',
  },
  'wait:backoff:damaged': {
    title: 'Neuer Versuch in {countdown}',
    stillTitle: 'Neuer Versuch in wenigen Sekunden',
    sentence: 'Ein Teil kam beschädigt an und wurde verworfen',
  },
  'wait:server-busy': { title: 'Der Server ist ausgelastet', sentence: 'Er bittet um einen neuen Versuch um {at}' },
  'wait:server-busy:soon': {
    title: 'Der Server ist ausgelastet',
    sentence: 'Er bittet um einen neuen Versuch in {countdown}',
    stillSentence: 'Er bittet um einen neuen Versuch in Kürze',
  },
  'wait:fresh-link': { title: 'Neuer Link wird geholt', sentence: 'Der alte war abgelaufen' },
  'wait:offline': { title: 'Sie sind offline', sentence: 'Geht von selbst weiter, sobald Sie wieder online sind' },
  'wait:captive-portal': {
    title: 'Dieses Netz verlangt eine Anmeldung',
    note: 'Öffnen Sie eine beliebige Webseite und melden Sie sich an. Danach geht es von selbst weiter.',
  },
  'wait:metered': {
    title: 'Wartet, um Datenvolumen zu sparen',
    sentence: 'Geht ohne Datenlimit von selbst weiter',
  },
  'wait:save-data': {
    title: 'Wartet, der Datensparmodus ist an',
    sentence: 'Geht von selbst weiter, wenn er aus ist',
  },
  'wait:consent': {
    title: 'Braucht Ihr OK',
    note: 'Diese Verbindung kann Datenvolumen kosten. Jetzt laden, oder es beginnt ohne Datenlimit von selbst.',
  },
  'wait:space': {
    title: 'Braucht noch[ {need}] Platz',
    note: 'Auf diesem Gerät ist nicht genug frei. Schaffen Sie Platz, dann geht es von selbst weiter.',
  },
  'wait:space:stuck': {
    title: 'Braucht noch[ {need}] Platz',
    note: 'Alles hier ist angeheftet oder in Gebrauch. Lösen oder schließen Sie ein Plugin, oder schaffen Sie Platz auf dem Gerät.',
  },
  'wait:user': { title: 'Angehalten', sentence: '{done} sind auf diesem Gerät sicher' },
  'wait:user:empty': { title: 'Angehalten', sentence: 'Noch nichts geladen' },
}
