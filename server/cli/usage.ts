/** A fault of the command line itself. */
export class UsageError extends Error {}
