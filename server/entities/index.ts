import { BlobSchema } from './blob.ts';
import { CompanySchema } from './company.ts';
import { ClientSchema, ContactSchema, DealSchema, PersonSchema } from './deal.ts';
import { ActSchema, DocumentSchema, DraftSchema, ReceiptSchema, RevisionSchema } from './document.ts';
import { FileSchema } from './file.ts';
import { CommandRecordSchema, CounterSchema, EventSchema } from './log.ts';
import { MailSchema } from './mail.ts';
import { DecisionSchema, LinkSchema, MessageSchema, VisitSchema } from './page.ts';
import { CheckoutSchema, PaymentSchema, RefundSchema, StripeKeysSchema } from './payment.ts';
import { ApiKeySchema, JoinSchema, SessionSchema, UserSchema } from './user.ts';
import { DeliverySchema, WebhookSchema } from './webhook.ts';

export * from './blob.ts';
export * from './company.ts';
export * from './deal.ts';
export * from './document.ts';
export * from './file.ts';
export * from './log.ts';
export * from './mail.ts';
export * from './page.ts';
export * from './payment.ts';
export * from './user.ts';
export * from './webhook.ts';

/** Every table of the program. */
export const ENTITIES = [
  CompanySchema,
  UserSchema,
  SessionSchema,
  ApiKeySchema,
  JoinSchema,
  ClientSchema,
  ContactSchema,
  DealSchema,
  PersonSchema,
  BlobSchema,
  DocumentSchema,
  RevisionSchema,
  DraftSchema,
  ActSchema,
  ReceiptSchema,
  PaymentSchema,
  CheckoutSchema,
  RefundSchema,
  StripeKeysSchema,
  LinkSchema,
  DecisionSchema,
  MessageSchema,
  VisitSchema,
  FileSchema,
  MailSchema,
  EventSchema,
  CommandRecordSchema,
  CounterSchema,
  WebhookSchema,
  DeliverySchema,
];
