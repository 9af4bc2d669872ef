import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import { readXml } from './index.ts';
import { attribute, first, xpathOf } from './tree.ts';
import { parseXml, XML_MAX_BYTES, XML_MAX_DEPTH, XML_MAX_NODES } from './xml.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Refused with this code and rule, in under a second of processor time: the clock on the wall also counts the neighbours. */
function refused(document: Uint8Array | string, code: string, rule: string): Refusal {
  const start = process.cpuUsage();
  const refusal = refusalOf(() => parseXml(typeof document === 'string' ? bytes(document) : document));
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  assert.is(refusal.code, code, refusal.detail ?? '');
  assert.is(refusal.faults[0]?.rule, rule);
  assert.match(refusal.faults[0]?.pointer ?? '', /^line \d+, column \d+$/);
  assert.ok(took < 1000, `took ${took} ms`);
  return refusal;
}

test('a document becomes a tree with namespaces, text and XPaths', () => {
  const cbc = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2';
  const root = parseXml(
    bytes(
      `<?xml version="1.0"?><!-- x --><x:Order xmlns:x="urn:o" xmlns:b="${cbc}"><b:Note>a &amp; &#233; <![CDATA[<b>]]><!-- c -->z</b:Note><b:ID schemeID="q">2</b:ID><b:ID>3</b:ID></x:Order>`,
    ),
  );
  assert.is(first(root, 'cbc:Note')?.text, 'a & é <b>z');
  assert.is(attribute(first(root, 'cbc:ID'), 'schemeID'), 'q');
  assert.is(xpathOf(root.children[2] ?? root), '/x:Order/b:ID[2]');
  assert.is(xpathOf(root.children[0] ?? root), '/x:Order/b:Note');
});

test('a DOCTYPE is refused at once, whatever is in it', () => {
  refused('<!DOCTYPE a><a/>', 'xml_forbidden', 'doctype');
  refused('<?xml version="1.0"?>\n<!-- c -->\n<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', 'xml_forbidden', 'doctype');
  const billion = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  refused(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">${billion}]><a>&l10;</a>`, 'xml_forbidden', 'doctype');
  refused('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'xml_forbidden', 'doctype');
  refused(`<!DOCTYPE a [${'<!-- never closed '.repeat(1000)}`, 'xml_forbidden', 'doctype');
});

test('entities other than the five are refused, also those that JavaScript would know', () => {
  refused('<a>&nbsp;</a>', 'xml_forbidden', 'entity');
  refused('<a b="&x;"/>', 'xml_forbidden', 'entity');
  refused('<a>&constructor;</a>', 'xml_forbidden', 'entity');
  refused('<a>&__proto__;</a>', 'xml_forbidden', 'entity');
  assert.is(parseXml(bytes('<a>&lt;&gt;&amp;&quot;&apos;&#x20AC;</a>')).text, '<>&"\'€');
});

test('names that JavaScript would know are only names', () => {
  const root = parseXml(bytes('<a __proto__="1" constructor="2"><constructor>3</constructor></a>'));
  assert.is(attribute(root, '__proto__'), '1');
  assert.is(attribute(root, 'toString'), null);
  const unknown = bytes('<constructor xmlns="urn:oasis:names:specification:ubl:schema:xsd:constructor-2"/>');
  assert.is(refusalOf(() => readXml(unknown)).code, 'xml_unknown');
  refused('<constructor:a/>', 'xml_not_wellformed', 'wellformed');
});

test('processing instructions are refused, a stylesheet is passed over', () => {
  refused('<?php echo 1 ?><a/>', 'xml_forbidden', 'processing_instruction');
  refused('<a><?x y?></a>', 'xml_forbidden', 'processing_instruction');
  assert.is(parseXml(bytes('<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>')).local, 'a');
});

test('50 MB of nesting are refused in a moment', () => {
  refused(Buffer.alloc(50 * 1024 * 1024, '<a>'), 'too_large', 'bytes');
});

test('nesting below the byte limit is stopped at the depth, and the rest is not read', () => {
  const nested = bytes('<a>'.repeat(XML_MAX_BYTES / 3 - 1));
  refused(nested, 'xml_forbidden', 'depth');
  assert.is(parseXml(bytes('<a>'.repeat(XML_MAX_DEPTH) + '</a>'.repeat(XML_MAX_DEPTH))).local, 'a');
});

test('too many attributes or elements are refused', () => {
  const attributes = Array.from({ length: 1_000_000 }, (_, i) => ` a${i.toString(36)}=""`).join('');
  refused(`<a${attributes}/>`.slice(0, XML_MAX_BYTES), 'too_large', 'attributes');
  refused(`<a>${'<b c="" d="" e=""/>'.repeat(XML_MAX_NODES / 4)}</a>`, 'too_large', 'nodes');
  refused(`<a>${'<b/>'.repeat(XML_MAX_NODES)}</a>`, 'too_large', 'nodes');
});

test('what stands before the root is bounded', () => {
  refused(`<!--${'x'.repeat(200_000)}--><a/>`, 'too_large', 'prolog');
});

test('what is not well-formed is refused with its place', () => {
  const at = refused('<a>\n  <b></a>', 'xml_not_wellformed', 'wellformed');
  assert.match(at.faults[0]?.pointer ?? '', /^line 2,/);
  for (const broken of [
    '',
    '   ',
    'hello',
    '<a>',
    '<a><b>',
    '<a b="1" b="2"/>',
    '<x:a/>',
    '<a/><b/>',
    '<a b=1/>',
    '<a>]]></a>',
    '<a>&#0;</a>',
    '<a>\u0001</a>',
    '{"kind":"quote"}',
  ]) {
    assert.is(refusalOf(() => parseXml(bytes(broken))).code, 'xml_not_wellformed', broken);
  }
});

test('encodings are honoured, and a wrong one is refused', () => {
  const latin = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  const wide = (text: string, little: boolean) => {
    const view = new DataView(new ArrayBuffer(text.length * 2));
    [...text].forEach((c, i) => view.setUint16(i * 2, c.charCodeAt(0), little));
    return new Uint8Array(view.buffer);
  };
  assert.is(parseXml(latin('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>')).text, 'é');
  assert.is(parseXml(bytes('\uFEFF<?xml version="1.0" encoding="utf-8"?><a>é</a>')).text, 'é');
  assert.is(parseXml(wide('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a>Łódź</a>', true)).text, 'Łódź');
  assert.is(parseXml(wide('\uFEFF<a>Łódź</a>', false)).text, 'Łódź');
  refused(latin('<?xml version="1.0" encoding="UTF-8"?><a>é</a>'), 'xml_not_wellformed', 'encoding');
  refused(latin('<a>é</a>'), 'xml_not_wellformed', 'encoding');
  refused('<?xml version="1.0" encoding="UTF-16"?><a/>', 'xml_not_wellformed', 'encoding');
  refused('<?xml version="1.0" encoding="constructor"?><a/>', 'xml_not_wellformed', 'encoding');
  refused(wide('\uFEFF<?xml version="1.0" encoding="UTF-8"?><a/>', true), 'xml_not_wellformed', 'encoding');
  const split = bytes(`<a>${'x'.repeat(64 * 1024 - 4)}é</a>`);
  assert.is(parseXml(split).text.at(-1), 'é');
});

test('an embedded attachment is not kept in the tree', () => {
  const root = parseXml(bytes(`<a><EmbeddedDocumentBinaryObject>${'QUJD'.repeat(500_000)}</EmbeddedDocumentBinaryObject>b</a>`));
  assert.is(root.children[0]?.text, '');
  assert.is(root.text, 'b');
});

test('an unknown root is named', () => {
  const refusal = refusalOf(() => readXml(bytes('<Catalogue xmlns="urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2"/>')));
  assert.is(refusal.code, 'xml_unknown');
  assert.is(refusal.faults[0]?.pointer, '/Catalogue');
  assert.is(refusalOf(() => readXml(bytes('<Invoice/>'))).code, 'xml_unknown');
});

test.run();
