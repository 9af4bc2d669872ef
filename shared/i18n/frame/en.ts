import type { FrameWords } from './fr.ts';

/** English, of the frame. */
export const frame: FrameWords = {
  kinds: { quote: 'Quote', order: 'Order', delivery: 'Delivery note', invoice: 'Invoice', credit_note: 'Credit note' },
  actions: { accept: 'Accept', refuse: 'Refuse', hold: 'Put on hold' },

  page: {
    skip: 'Go to the document',
    title: (kind, number, company) => `${kind} ${number} · ${company}`,
    conversation: 'Conversation',
    pay: 'Pay online',
    unread: (n) => `${n} unread ${n === 1 ? 'message' : 'messages'}`,
    sendingDecision: 'Sending…',
    decisionWaits: 'No connection: your decision will be sent as soon as it is back. Nothing is lost.',

    isHere: (name) => `${name} is here`,
    areHere: (names) => `${names} are here`,
    reconnecting: 'Reconnecting… nothing is lost.',
    offline: 'Offline. What you write will be sent when the connection is back.',
    caughtUp: 'Back online, everything is up to date.',
    outdated: 'A new version of this page is online.',
    reload: 'Reload',

    goneTitle: 'This link opens nothing',
    goneText: 'It may have been replaced, or the address is incomplete. Nothing is lost: its author still has the document.',
    goneDo: {
      copied: 'Check that the whole address was copied.',
      latest: 'Open the link in the latest message you received.',
      ask: 'Otherwise ask the person who sent it for a new link.',
    },
  },
};
