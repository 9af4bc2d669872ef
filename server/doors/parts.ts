import type { Logger } from 'pino';
import type { ViewerRenderer } from '../../shared/page.ts';
import type { Em } from '../db.ts';
import type { Execute, Jobs } from '../execute.ts';
import type { Logged } from '../log.ts';
import type { FileStorage } from '../outside/storage.ts';
import type { Payments } from '../payments/index.ts';
import type { Seal, Tokens } from '../secrets.ts';
import type { Uploads } from '../uploads.ts';
import type { Metrics } from '../metrics.ts';
import type { Assets } from './assets.ts';
import type { DrawPdf, DrawReceipt } from './drawings.ts';
import type { Guard } from './guard.ts';
import type { PageStore } from './page-store.ts';
import type { PageWatch } from './page-watch.ts';

/** What every HTTP door is handed. */
export interface DoorParts {
  em: () => Em;
  execute: Execute;
  /** Hands events written outside a command (a session that ended) to the relay. */
  committed: (events: Logged[]) => void;
  /** Where such events leave word for the owner's endpoints. */
  jobs: Jobs;
  tokens: Tokens;
  guard: Guard;
  /** What whoever delivers replies by mail must show; null: none are taken. */
  inboundSecret: string | null;
  drawPdf: DrawPdf;
  drawReceipt: DrawReceipt;
  storage: FileStorage;
  uploads: Uploads;
  payments: Payments;
  /** Keeps what the owner's keys at Stripe are. */
  seal: Seal;
  viewer: ViewerRenderer;
  /** What client's pages depend on, and the pages kept in memory. */
  pageWatch: PageWatch;
  pageStore: PageStore;
  metrics: Metrics;
  assets: Assets;
  logger: Logger;
  publicUrl: () => string;
  now: () => Date;
}
