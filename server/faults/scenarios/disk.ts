import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Made } from '../../test/doors.ts';
import { Skipped, type Scenario } from '../scenario.ts';
import { settled } from '../writers.ts';
import type { World } from '../world.ts';

const MB = 1_048_576;

/** The folder of files is full: that is said, nothing half is offered, everything else goes on, and when there is room it works again. */
export const disk: Scenario = {
  name: 'disk',
  planted: { plants: ['keep what the disk took'], finds: /^file .* is offered, and/ },
  async run({ ground, open }) {
    const place = mkdtempSync(join(ground.folder, 'small-'));
    const files = join(place, 'files');
    mkdirSync(files, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', files], { stdio: 'ignore' });
    } catch {
      throw new Skipped('no tmpfs can be mounted here (that needs root)');
    }
    const unmount = () => void execFileSync('umount', ['-l', files]);
    process.once('exit', unmount);
    try {
      const world = await open({ servers: 1, env: { DATA_DIR: place } });
      const quote = await world.issue('quote');
      const pages = [await world.open('owner', quote), await world.open('client', quote)] as const;
      const filler = join(files, 'filler');
      const sent = [await put(world, quote, MB, '201'), await put(world, quote, 3000, '201')];
      writeFileSync(filler, randomBytes(2 * MB));
      const refused = await Promise.all([2 * MB, 3 * MB, 2 * MB].map((size) => put(world, quote, size, '507 storage_full')));
      for (const page of pages) await settled(page.say('There is no room for files, and for words there is.'));
      rmSync(filler);
      sent.push(await put(world, quote, MB, '201'));
      const found = await offered(world, quote, [...sent, ...refused]);
      world.history.add({ what: 'observed', thing: 'files that are offered', is: String(found), wanted: String(sent.length) });
      const left = readdirSync(join(files, 'tmp'), { recursive: true }).length;
      world.history.add({ what: 'observed', thing: 'files left over from uploads', is: String(left), wanted: '0' });
      return `${sent.length} files kept, ${refused.length} refused`;
    } finally {
      process.off('exit', unmount);
      unmount();
    }
  },
};

interface Upload {
  name: string;
  sha256: string;
}

/** Sends a file to a document through the console, as its page does. */
async function put(world: World, { id }: Made, size: number, wanted: string): Promise<Upload> {
  const bytes = randomBytes(size);
  const name = `${randomUUID()}.bin`;
  const form = new FormData();
  form.append('id', randomUUID());
  form.append('file', new Blob([bytes]), name);
  const { url } = world.server();
  const answer = await fetch(`${url}/console/documents/${id}/files`, {
    method: 'POST',
    headers: { cookie: world.cookie, origin: url },
    body: form,
  });
  const { code } = (await answer.json()) as { code?: string };
  world.history.add({ what: 'observed', thing: `an upload of ${size} bytes`, is: `${answer.status}${code ? ` ${code}` : ''}`, wanted });
  return { name, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Asks for every file that the client's page offers; answers how many there are. */
async function offered(world: World, quote: Made, uploads: readonly Upload[]): Promise<number> {
  const { documents } = await world.snapshot('client', quote);
  const files = documents.flatMap((document) => document.files);
  for (const { id, name } of files) {
    const got = await fetch(`${world.server().url}/d/${quote.token}/${quote.id}/files/${id}`, { signal: AbortSignal.timeout(3000) })
      .then(async (answer) =>
        answer.ok
          ? createHash('sha256')
              .update(Buffer.from(await answer.arrayBuffer()))
              .digest('hex')
          : null,
      )
      .catch(() => null);
    const sent = uploads.find((upload) => upload.name === name)?.sha256 ?? 'nothing';
    world.history.add({ what: 'offered', file: id, name, sent, got });
  }
  return files.length;
}
