/** Without a byte, until a connection is made anew. */
export const STALL_MS = 6000
