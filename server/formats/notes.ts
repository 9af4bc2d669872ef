/** Subject codes (UNTDID 4451) of notes that are terms of payment, or mentions the law asks for. (BR-FR-05; Factur-X BT-21.) */
const TERMS: ReadonlySet<string> = new Set(['PMT', 'PMD', 'AAB']);
const MENTIONS: ReadonlySet<string> = new Set(['REG', 'ABL']);

/** Notes put where they are read: by the subject code each has, in UBL written in front as `#PMD#`. */
export function sortNotes(notes: { text: string; subject: string | null }[]): { notes: string[]; terms: string[]; mentions: string[] } {
  const sorted = { notes: [] as string[], terms: [] as string[], mentions: [] as string[] };
  for (const note of notes) {
    const [, prefix = null, rest = ''] = /^#([A-Z]{3})#\s*([^]*)$/.exec(note.text) ?? [];
    const subject = note.subject ?? prefix;
    const text = prefix === null ? note.text : rest;
    if (text === '') continue;
    if (TERMS.has(subject ?? '')) sorted.terms.push(text);
    else if (MENTIONS.has(subject ?? '')) sorted.mentions.push(text.slice(0, 5000));
    else sorted.notes.push(text);
  }
  return sorted;
}
