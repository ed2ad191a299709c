import type { PageWords } from './pageWords.js'

const OUTCOMES = { open: 'läuft', complete: 'vollständig', cut: 'abgebrochen', gone: 'Seite ging weg' }

export const GERMAN: PageWords = {
  pages: { library: 'Bibliothek', downloads: 'Downloads', settings: 'Einstellungen', faults: 'Störungen' },
  sections: 'Bereiche',
  playground: 'Spielwiese',
  lead: 'Eine App, die ihre Plugins im Betrieb bekommt: plugdock lädt sie, prüft jedes Byte und startet sie hier. Machen Sie kaputt, was Sie möchten.',
  unfinished: 'nicht fertig',
  storage: 'Speicher',
  storageOf: (used, all) => `${used} von ${all}`,
  connection: (rate) => `Online · ${rate}`,
  noLimit: 'Ohne Grenze',
  ok: 'OK',
  downloadCount: (count) => (count === 1 ? '1 Download' : `${count} Downloads`),
  allDownloads: (count) => `Alle ${count} Downloads`,
  nothingRuns:
    'Gerade wird nichts geladen. Drücken Sie „Installieren“, dann sehen Sie hier, wie weit es ist und worauf es wartet.',
  allProgress: 'Alle Downloads, Fortschritt',
  shelf: {
    title: 'Katalog',
    sum: (count, size) => `${count} echte npm-Pakete, zusammen ${size}`,
    install: 'Installieren',
    open: 'Öffnen',
    close: 'Schließen',
    running: 'Läuft',
    installed: 'Installiert',
    progress: (name) => `${name}, Fortschritt`,
  },
  stage: {
    checked: 'Gerade geprüft',
    checking: 'Liest und prüft seine Bytes …',
    notInstalled: (name) => `${name} ist nicht installiert.`,
    failed: (message) => `Startet nicht: ${message}`,
  },
  settings: {
    looks: 'Aussehen',
    theme: 'Farben',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    density: 'Dichte',
    densities: { comfortable: 'Bequem', compact: 'Kompakt' },
    language: 'Sprache',
    direction: 'Richtung',
    directions: { ltr: 'Von links nach rechts', rtl: 'Von rechts nach links' },
    tour: 'Erste Schritte',
    tourText: 'Ein Plugin installieren, es stören, den Speicher füllen, ein kaputtes Update veröffentlichen.',
    restartTour: 'Erste Schritte noch einmal zeigen',
  },
  faults: {
    lead: 'Die Plugins kommen von einem Server auf diesem Rechner. Starten Sie einen Download, stören Sie hier etwas und sehen Sie zu.',
    names: {
      offline: {
        title: 'Offline',
        effect: 'Downloads halten an und warten auf das Netz. Danach geht jeder dort weiter, wo er war.',
      },
      busy: {
        title: 'Server überlastet (503)',
        effect:
          'Jede Anfrage wird abgewiesen und auf 4 Sekunden später vertröstet. Downloads sagen es und versuchen es von selbst.',
      },
      stalled: {
        title: 'Stillstand',
        effect: 'Verbindungen bleiben offen, aber kein Byte kommt. Nach sechs stillen Sekunden wird neu verbunden.',
      },
      slow: {
        title: 'Langsam',
        effect:
          'Es tröpfelt. Die Restzeit wächst, und wer länger als eine halbe Minute lädt, bietet an, Bescheid zu sagen.',
      },
      full: {
        title: 'Speicher füllen',
        effect:
          'Plugins kommen, die nur Platz belegen, und was Sie haben, wird angeheftet. Der nächste große Download fragt, was gehen soll.',
      },
      metered: {
        title: 'Begrenztes Datenvolumen',
        effect: 'Ein Download, dem mehr als 10 MB fehlen, fragt, bevor er etwas kostet, auch wenn er schon läuft.',
      },
      broken: {
        title: 'Kaputtes Update',
        effect:
          'Es wird installiert, startet nicht, und die bisherige Version ist von selbst zurück. Die kaputte wird übergangen.',
      },
      cut: {
        title: 'Verbindung kappen',
        effect: 'Unterbricht einmal, was gerade lädt. Die nächste Anfrage beginnt beim ersten fehlenden Byte.',
      },
      damage: {
        title: 'Einen Teil beschädigen',
        effect: 'Ein Byte kommt verändert an. Sein Teil wird sofort verworfen und neu angefragt.',
      },
    },
    allWell: 'Gerade ist nichts gestört.',
    isOn: (titles) => (titles.length === 1 ? `${titles[0]} ist an.` : `${titles.join(', ')} sind an.`),
    isNext: (title) => `${title}: beim nächsten Download.`,
    backToNormal: 'Alles wieder normal',
    network: 'Netz und Server',
    device: 'Dieses Gerät',
    once: 'Einmal',
    speed: 'Tempo des Servers',
    speedHint: 'Für alle Downloads zusammen.',
    waitsForDownload: 'Wartet auf einen Download',
    filling: 'Wird gefüllt …',
    publish: 'Kaputtes Update veröffentlichen',
    publishing: 'Wird veröffentlicht …',
    publishText: (version) => `Charts ${version} wird nicht starten.`,
    publishedText: (version, present) =>
      `Charts ${version} ist veröffentlicht und wird hier übergangen; es läuft ${present}.`,
    needsInstalled: (name) => `Dazu muss ${name} installiert sein.`,
    needsOpened: (name) => `Dazu muss ${name} einmal gelaufen sein, damit es etwas gibt, worauf es zurückgeht.`,
    installFirst: (name) => `${name} installieren`,
    openFirst: (name) => `${name} öffnen`,
    log: 'Was der Server gefragt wurde',
    logEmpty: 'Noch nichts. Starten Sie einen Download.',
    sent: (size, outcome) => `${size} gesendet, ${OUTCOMES[outcome]}`,
    inspector: 'Inspektor öffnen',
    inspectorOff: (command) => `Um den Automaten zuzusehen, starten Sie die Spielwiese mit ${command}.`,
  },
  tour: {
    label: (step, of) => `Erste Schritte, ${step} von ${of}`,
    count: (step, of) => `${step} von ${of}`,
    skip: 'Überspringen',
    done: 'Fertig',
    install: (name) => `${name} installieren`,
    goOffline: 'Offline gehen',
    goOnline: 'Online gehen',
    fill: 'Speicher füllen',
    publish: 'Veröffentlichen',
    steps: {
      install: [
        'Ein Plugin installieren.',
        (name) => `Drücken Sie bei ${name} auf „Installieren“. Sie sehen, wie weit es ist und wie lange es dauert.`,
      ],
      open: ['Es ist da.', (name) => `Öffnen Sie ${name}: Vor dem Start wird jedes Byte noch einmal geprüft.`],
      break: [
        'Jetzt stören.',
        (name) =>
          `Installieren Sie ${name} und ziehen Sie währenddessen den Stecker: Laden Sie die Seite neu oder gehen Sie offline. Es geht dort weiter, wo es war.`,
      ],
      fill: [
        'Alles voll.',
        (name) => `Füllen Sie den Speicher und installieren Sie dann ${name}. Sie wählen, was geht.`,
      ],
      update: [
        'Ein kaputtes Update.',
        (name, version) => `${name} ${version} wird nicht starten. Sehen Sie zu, wie es zurückgeht.`,
      ],
      end: [
        'Das war alles.',
        (name) => `${name} ging von selbst zurück: Ihre Version lief weiter. Unter „Störungen“ gibt es mehr.`,
      ],
    },
    offlineNow: (name) => `${name} wartet auf das Netz. Gehen Sie online, dann geht es dort weiter, wo es war.`,
    filledNow: (name) => `Es ist fast kein Platz mehr. Installieren Sie ${name}.`,
    waitsNow: (name) =>
      `${name} braucht Platz. Drücken Sie „Platz schaffen“ und wählen Sie, was geht; danach geht es von selbst weiter.`,
    updateNow: (name, version) => `${name} ${version} ist unterwegs.`,
  },
}
