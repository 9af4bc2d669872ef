import type { Action, Day, DocumentContent, Language } from './document.ts';
import type { RefusalBody } from './refusal.ts';
import type { ChoiceView, DealView } from './view.ts';

/** Who is looking at `/d/<token>`. */
export interface Reader {
  /** `preview`: the owner's own session, not counted, no actions. `as_client`: the owner trying the client's page. */
  mode: 'client' | 'preview' | 'as_client';
  /** The id in the deal's people; null for a holder of a link who has not acted yet. */
  person: string | null;
  /** Their name, as known from the contact or given before in this browser. */
  name: string | null;
  /** Where mails about this document reach them, with most of it hidden (`a•••@example.com`); null when no address is known. */
  address: string | null;
}

/** The plain form that is on the page without JavaScript, with what was typed before a refusal. */
export interface FormState {
  /** A fresh UUID each time the page is made: the command's id if this form is sent. */
  commandId: string;
  /** The opened second step, from `?step=accept`; null when none is open. */
  step: Action | null;
  refusal: RefusalBody | null;
  values: {
    name: string;
    email: string;
    reason: string;
    remindOn: string;
    orderNumber: string;
    reserves: Record<string, string>;
    text: string;
  };
}

/** Everything the client's page is made from, on the server and again in the browser. It travels as a JSON data block. */
export interface PageProps {
  /** The path of the link, `/d/<token>`, without a trailing slash. */
  base: string;
  view: DealView;
  /** The document on the screen. */
  document: string;
  /** An older revision being looked at, with what was printed then and the options its decision names; null for the current one. */
  revision: number | null;
  older: { content: DocumentContent; choice: ChoiceView | null } | null;
  language: Language;
  /** Today in the company's time zone: days left and overdue are counted from it, the same on both sides. */
  today: Day;
  reader: Reader;
  /** They have come back from a payment page, and how; null otherwise. */
  payment: 'done' | 'cancelled' | null;
  form: FormState;
}

/** What the server-side bundle of the viewer offers: `render(props)` and the friendly page for a link that opens nothing. */
export interface ViewerRenderer {
  render: (props: PageProps) => { head: string; body: string };
  renderGone: (language: Language) => { head: string; body: string };
}

/** `POST /d/<token>/<document>/pay`, to a script: where to go. */
export interface PaymentPage {
  url: string;
}
