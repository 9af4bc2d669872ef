import type { PaymentBlock } from '../../shared/sheet.ts';

/** Where the picture of the code is, under its document: with its amount, since a browser keeps a picture that is shown by its address. */
export function transferCode({ rows }: PaymentBlock): string {
  return `transfer.svg?amount=${rows.find(({ key }) => key === 'amount')?.copied ?? ''}`;
}
