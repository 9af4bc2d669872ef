import type { Patch } from './patch.ts';

/**
 * What breaks the product on purpose, one way for each line of the promise: so it is seen that the checker finds it. The texts are the product's own;
 * planted.test.ts says which does not fit any more.
 */
export const PLANTS: Readonly<Record<string, readonly Patch[]>> = {
  'acknowledge before the commit': [
    {
      file: 'server/commit/commit.ts',
      find: '    await em.commit();\n    return work;',
      // Of messages alone: what is made and read at once would not even come so far.
      put: `    if (items.every(({ name }) => name === 'postMessage')) setTimeout(() => void em.commit().catch(() => {}), 400);
    else await em.commit();
    return work;`,
    },
  ],
  'commit without waiting for the disk': [
    {
      file: 'server/commit/commit.ts',
      find: "query(em, `set local lock_timeout = '${LOCK_TIMEOUT}'`, [])",
      put: "query(em, 'set local synchronous_commit = off', [])",
    },
  ],
  'resume one too late': [
    { file: 'server/doors/joining.ts', find: 'tailOf({ deal: id, cursor })', put: 'tailOf({ deal: id, cursor: cursor + 1 })' },
  ],
  'forget what was done': [{ file: 'server/commit/commit.ts', find: 'const known = records.get(item);', put: 'const known = null;' }],
  'decide what is decided': [
    {
      file: 'server/commands/decide.ts',
      find: 'const status = next(document.kind, document.status, action);',
      put: "const status = next(document.kind, 'issued', action);",
    },
  ],
  'ignore the revision': [
    {
      file: 'server/commands/decide.ts',
      find: 'if (input.revision !== document.revision) throw revisionChanged(scope, document, input.revision);',
      put: '',
    },
  ],
  'enter what is told': [
    {
      file: 'server/commands/checkouts.ts',
      find: 'if (known.some((one) => one.external === key)) continue;',
      put: '',
    },
    { file: 'server/commands/checkouts.ts', find: '      external: key,', put: '      external: `${key} ${randomUUID()}`,' },
  ],
  'never look by oneself': [
    { file: 'server/relay.ts', find: 'setInterval(() => void pollHeads(), parts.pollMs ?? 1000)', put: 'setInterval(() => {}, 1000)' },
  ],
  'another mail at each try': [
    { file: 'server/jobs/letters.ts', find: '((await frozen(mail)) ?? (await freeze(mail)))', put: '(await freeze(mail))' },
    {
      file: 'server/jobs/letters.ts',
      find: 'const messageId = `r.${parts.tokens.makeReply(mail.id)}@${domain}`;',
      put: 'const messageId = `r.${Math.random()}@${domain}`;',
    },
    { file: 'server/jobs/letters.ts', find: 'where id = ? and sealed is null and state = ?', put: 'where id = ? and state = ?' },
  ],
  'keep what the disk took': [
    {
      file: 'server/outside/spool.ts',
      find: 'for (let at = 0; at < chunk.byteLength;) at += (await file.write(chunk, at)).bytesWritten;',
      put: 'for (let at = 0; at < chunk.byteLength;) at += await file.write(chunk, at).then((done) => done.bytesWritten, () => chunk.byteLength);',
    },
  ],
  'keep for whoever does not read': [
    { file: 'server/doors/unread.ts', find: 'if (waiting >= WAITING) throw cutOff();', put: '' },
    { file: 'server/doors/unread.ts', find: 'await allSent();', put: '' },
  ],
  'say there was nothing': [
    {
      file: 'server/doors/joining.ts',
      find: 'return { batch, more: events.length === BATCH_LIMIT };',
      put: 'return { batch: { ...batch, events: [] }, more: false };',
    },
  ],
  'end at once': [
    {
      file: 'server/serve.ts',
      find: "process.on('SIGTERM', () => void stop('SIGTERM'));",
      put: "process.on('SIGTERM', () => process.exit(0));",
    },
  ],
  'believe what is sent': [{ file: 'server/doors/socket-events.ts', find: '    if (!v.is(stream, name)) return;', put: '' }],
  'tell an event twice': [
    {
      file: 'server/log.ts',
      find: 'events: events.flatMap((event) => dealEvent(event, side) ?? [])',
      put: 'events: events.flatMap((event) => dealEvent(event, side) ?? []).flatMap((event, i) => (i === 0 ? [event, event] : [event]))',
    },
  ],
};
