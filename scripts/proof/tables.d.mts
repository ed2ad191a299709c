export interface ModelFigures {
  readonly model: string
  readonly place: string
  readonly states: number
  readonly situations: number
  readonly transitions: number
  readonly walked: number
  readonly paths: number
}

interface Table {
  readonly figures: string
  readonly show: (figures: never) => string
}

export declare const TABLES: Readonly<Record<'models' | 'mutation', Table>>
export declare function withTable(markdown: string, name: string, content: string, writer?: string): string
