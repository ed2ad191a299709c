/** A command that came to nothing is seen by its state. */
export function ignore(): void {}
