export type Sample = Readonly<Record<string, number>>

export declare function inRounds(
  works: Readonly<Record<string, (round: number) => Sample | Promise<Sample>>>,
  options: {
    readonly rounds: number
    readonly maxMs?: number
    readonly onFailure?: (name: string, error: unknown) => void
  },
): Promise<Readonly<Record<string, Sample>>[]>
