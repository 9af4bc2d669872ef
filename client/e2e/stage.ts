import { createServer, connect, type Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { CompanySchema, UserSchema } from '../../server/entities/index.ts';
import { startApp, type StartOptions, type TestApp } from '../../server/test/harness.ts';
import { launch, person } from './browser.ts';

export const CLIENT = { name: 'Boulangerie du Pont', contacts: [{ name: 'Anne Martin', email: 'anne@example.com', language: 'fr' }] };
export const LINES = [
  { description: 'Chauffe-eau 300 l', quantity: '1', unitPrice: '1240.00', vat: { category: 'S', rate: '20' } },
  { description: 'Main-d’œuvre', quantity: '9', unit: 'HUR', unitPrice: '58.00', vat: { category: 'S', rate: '20' } },
];

/** A picture of one red dot. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

export interface Issued {
  id: string;
  deal: string;
  number: string;
  /** The path of its link, `/d/<token>`. */
  path: string;
}

/** A program, a browser and the owner's session, for one test file. */
export interface Stage {
  app: TestApp;
  browser: Browser;
  issue(kind: string, extra?: Record<string, unknown>): Promise<Issued>;
  /** Another revision of a quote: one line less, and another price. */
  revise(document: Issued): Promise<void>;
  /** The owner, signed in through the login page, on a screen of the console. */
  owner(path: string, options?: Parameters<typeof person>[1]): Promise<{ page: Page; faults: string[] }>;
  /** A browser that has not been anywhere yet. */
  visitor(options?: Parameters<typeof person>[1]): ReturnType<typeof person>;
  /** A client on a document's page, once it is live: what is pressed before goes the way of plain forms. `path` may be a whole address. */
  client(document: Issued, options?: Parameters<typeof person>[1]): Promise<{ page: Page; faults: string[] }>;
  close(): Promise<void>;
}

export async function openStage(options: StartOptions = {}): Promise<Stage> {
  const app = await startApp(options);
  await app.em().nativeUpdate(UserSchema, { id: app.owner.user }, { language: 'fr' });
  await app.em().nativeUpdate(CompanySchema, { id: app.company }, { language: 'fr' });
  const browser = await launch();
  return {
    app,
    browser,
    async issue(kind, extra = {}) {
      const { status, body } = await app.api('POST', '/documents?issue=true', {
        kind,
        language: 'fr',
        ...('follows' in extra ? {} : { client: CLIENT }),
        lines: LINES,
        ...extra,
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return { id: body.id, deal: body.deal, number: body.number, path: new URL(body.link).pathname };
    },
    async revise({ id }) {
      const lines = [{ ...LINES[0], unitPrice: '1190.00' }];
      const { status, body } = await app.api('POST', `/documents/${id}/revisions`, { kind: 'quote', language: 'fr', lines });
      if (status >= 400) throw new Error(JSON.stringify(body));
    },
    async owner(path, options) {
      const { page, faults } = await person(browser, options);
      await page.goto(`${app.url}${path}`);
      await page.getByLabel(/^(Adresse e-mail|E-mail address)$/).fill('owner@example.com');
      await page.getByLabel(/^(Mot de passe|Password)$/).fill('correct horse');
      await page.getByRole('button', { name: /^(Se connecter|Sign in)$/ }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForURL((url) => url.pathname === path);
      return { page, faults };
    },
    visitor: (options) => person(browser, options),
    async client(document, options) {
      const { page, faults } = await person(browser, options);
      await page.goto(new URL(document.path, app.url).href);
      if (options?.javaScriptEnabled !== false) await isLive(page);
      return { page, faults };
    },
    async close() {
      await browser.close();
      await app.close();
    },
  };
}

/** Attaches a file to a document, as a program does; answers its id. */
export async function attach({ app }: Stage, { id }: Issued, name: string, bytes: Buffer): Promise<string> {
  const response = await fetch(`${app.url}/api/v1/documents/${id}/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  const body = (await response.json()) as { id: string };
  if (response.status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** The client's page is up to date, and hears of everything. */
export async function isLive(page: Page): Promise<void> {
  await page.locator('[data-live="live"]').waitFor();
}

/** The first sign of a person, and all the code that it fetches: from now on the page needs no more than its connection. */
export async function touch(page: Page): Promise<void> {
  // From one place to another: the first place alone is no movement.
  await page.mouse.move(200, 200);
  await page.mouse.move(201, 210);
  await page.locator('[data-ready]').waitFor();
}

/** A wire between a browser and the program that can be cut: what a tunnel does to a phone. */
export interface Wire {
  url: string;
  cut(): void;
  mend(): void;
  close(): void;
}

export async function wireTo(url: string): Promise<Wire> {
  const { port } = new URL(url);
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket.unref());
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  // A test that fails leaves its wire behind; that must not keep the process.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port: mine } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${mine}`,
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
