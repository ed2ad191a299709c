/** What the page itself says; the widgets bring their own words. */
export interface PageWords {
  readonly pages: Readonly<Record<'library' | 'downloads' | 'settings' | 'faults', string>>
  readonly sections: string
  readonly playground: string
  readonly lead: string
  readonly unfinished: string
  readonly storage: string
  readonly storageOf: (used: string, all: string) => string
  readonly connection: (rate: string) => string
  readonly noLimit: string
  readonly ok: string
  readonly downloadCount: (count: number) => string
  readonly allDownloads: (count: number) => string
  readonly nothingRuns: string
  readonly allProgress: string
  readonly shelf: {
    readonly title: string
    readonly sum: (count: number, size: string) => string
    readonly install: string
    readonly open: string
    readonly close: string
    readonly running: string
    readonly installed: string
    readonly progress: (name: string) => string
  }
  readonly stage: {
    readonly checked: string
    readonly checking: string
    readonly notInstalled: (name: string) => string
    readonly failed: (message: string) => string
  }
  readonly settings: {
    readonly looks: string
    readonly theme: string
    readonly themes: Readonly<Record<'system' | 'light' | 'dark', string>>
    readonly density: string
    readonly densities: Readonly<Record<'comfortable' | 'compact', string>>
    readonly language: string
    readonly direction: string
    readonly directions: Readonly<Record<'ltr' | 'rtl', string>>
    readonly tour: string
    readonly tourText: string
    readonly restartTour: string
  }
  readonly faults: FaultWords
  readonly tour: TourWords
}

export type FaultName = 'offline' | 'busy' | 'stalled' | 'slow' | 'full' | 'metered' | 'broken' | 'cut' | 'damage'

export interface FaultText {
  readonly title: string
  /** What a person should see then. */
  readonly effect: string
}

interface FaultWords {
  readonly lead: string
  readonly names: Readonly<Record<FaultName, FaultText>>
  readonly allWell: string
  readonly isOn: (titles: readonly string[]) => string
  readonly isNext: (title: string) => string
  readonly backToNormal: string
  readonly network: string
  readonly device: string
  readonly once: string
  readonly speed: string
  readonly speedHint: string
  readonly waitsForDownload: string
  readonly filling: string
  readonly publish: string
  readonly publishing: string
  readonly publishText: (version: string) => string
  readonly publishedText: (version: string, present: string) => string
  readonly needsInstalled: (name: string) => string
  readonly needsOpened: (name: string) => string
  readonly installFirst: (name: string) => string
  readonly openFirst: (name: string) => string
  readonly log: string
  readonly logEmpty: string
  readonly sent: (size: string, outcome: 'open' | 'complete' | 'cut' | 'gone') => string
  readonly inspector: string
  readonly inspectorOff: (command: string) => string
}

type Step = (name: string, version: string) => string

interface TourWords {
  readonly label: (step: number, of: number) => string
  readonly count: (step: number, of: number) => string
  readonly skip: string
  readonly done: string
  readonly install: (name: string) => string
  readonly goOffline: string
  readonly goOnline: string
  readonly fill: string
  readonly publish: string
  readonly steps: Readonly<Record<'install' | 'open' | 'break' | 'fill' | 'update' | 'end', readonly [string, Step]>>
  readonly offlineNow: (name: string) => string
  readonly filledNow: (name: string) => string
  readonly waitsNow: (name: string) => string
  readonly updateNow: Step
}
