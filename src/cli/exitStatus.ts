/** What the process ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  corrupt: 3,
  interrupted: 130,
} as const

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]
