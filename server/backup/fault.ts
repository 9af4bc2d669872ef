/** Why a backup could not be made or brought back, in words for the person at the command line. */
export class BackupFault extends Error {}
