import type { CommandInputs } from '../../shared/commands.ts';
import type { CompanyScope, Result } from './scope.ts';

/** What became of a delivery that has ended. */
export interface DeliveryOutcome {
  delivery: string;
}

export function createWebhook(_scope: CompanyScope, _input: CommandInputs['createWebhook']): Result {
  throw new Error('not written yet');
}
export function changeWebhook(_scope: CompanyScope, _input: CommandInputs['changeWebhook']): Result {
  throw new Error('not written yet');
}
export function removeWebhook(_scope: CompanyScope, _input: CommandInputs['removeWebhook']): Result {
  throw new Error('not written yet');
}
export function replayWebhook(_scope: CompanyScope, _input: CommandInputs['replayWebhook']): Result {
  throw new Error('not written yet');
}
export function recordDelivery(_scope: CompanyScope, _input: DeliveryOutcome): Result {
  throw new Error('not written yet');
}
