/** Stands in for `server-only` under test: importing it does nothing. */
export const empty = true;
