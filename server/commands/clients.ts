import type { CommandInputs } from '../../shared/commands.ts';
import type { ClientScope, Result } from './scope.ts';

/** A client with its contacts, new or changed. */
export function saveClient(_scope: ClientScope, _input: CommandInputs['saveClient']): Result {
  throw new Error('not written yet');
}
