import { Initial } from './20261124000000-initial.ts';
import { MailAndFiles } from './20261124140000-mail-and-files.ts';
import { Authoring } from './20261124200000-authoring.ts';
import { Payments } from './20261128210000-payments.ts';

/** In order. A migration that has landed is never edited; a change is a new file. */
export const MIGRATIONS = [Initial, MailAndFiles, Authoring, Payments];

/** Their names, in order. To be asked for its name, a migration needs no database. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map((Made) => new Made(undefined as never, undefined as never).name);
