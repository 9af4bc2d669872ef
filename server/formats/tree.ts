/** A namespace-aware element tree, small and read-only by convention, with paths to walk it and XPaths to point into it. */

export interface XmlElement {
  /** As written, with the file's own prefix. */
  name: string;
  local: string;
  uri: string;
  attributes: { local: string; uri: string; value: string }[];
  children: XmlElement[];
  /** Own character data, in order; empty for embedded binary objects. */
  text: string;
  parent: XmlElement | null;
}

const CII = 'urn:un:unece:uncefact:data:standard';
const UBL = 'urn:oasis:names:specification:ubl:schema:xsd';

/** The prefixes that paths are written with, whatever prefixes a file uses. (UBL 2.x and CII D16B keep these names across versions.) */
const NAMESPACES: Readonly<Record<string, string>> = {
  cbc: `${UBL}:CommonBasicComponents-2`,
  cac: `${UBL}:CommonAggregateComponents-2`,
  rsm: `${CII}:CrossIndustryInvoice:100`,
  ram: `${CII}:ReusableAggregateBusinessInformationEntity:100`,
  udt: `${CII}:UnqualifiedDataType:100`,
  qdt: `${CII}:QualifiedDataType:100`,
};

type Step = { uri: string; local: string };
const steps = new Map<string, Step[]>();

/** All elements at a path of child steps, e.g. `cac:Party/cac:PartyName/cbc:Name`, in document order. */
export function all(element: XmlElement | null, path: string): XmlElement[] {
  let found = element === null ? [] : [element];
  for (const { uri, local } of stepsOf(path)) {
    const next: XmlElement[] = [];
    for (const from of found) for (const child of from.children) if (child.local === local && child.uri === uri) next.push(child);
    found = next;
  }
  return found;
}

/** The first element at a path, or null. */
export function first(element: XmlElement | null, path: string): XmlElement | null {
  return all(element, path)[0] ?? null;
}

/** The first element found at one of several paths, in the order of the paths. */
export function firstOf(element: XmlElement | null, ...paths: string[]): XmlElement | null {
  for (const path of paths) {
    const found = first(element, path);
    if (found !== null) return found;
  }
  return null;
}

/** The value of an attribute without namespace (or with the one given), or null. */
export function attribute(element: XmlElement | null, local: string, uri = ''): string | null {
  return element?.attributes.find((a) => a.local === local && a.uri === uri)?.value ?? null;
}

/** The XPath of an element with the prefixes of its own file; positions only where siblings share the name. */
export function xpathOf(element: XmlElement): string {
  const { parent } = element;
  if (parent === null) return `/${element.name}`;
  const alike = parent.children.filter((sibling) => sibling.local === element.local && sibling.uri === element.uri);
  const position = alike.length > 1 ? `[${alike.indexOf(element) + 1}]` : '';
  return `${xpathOf(parent)}/${element.name}${position}`;
}

/** Where something that is missing belongs: the XPath of its parent and a path below it. */
export function missingAt(parent: XmlElement, path: string): string {
  return `${xpathOf(parent)}/${path}`;
}

function stepsOf(path: string): Step[] {
  const known = steps.get(path);
  if (known) return known;
  const made = path.split('/').map((step) => {
    const [prefix = '', local = ''] = step.split(':');
    const uri = NAMESPACES[prefix];
    if (uri === undefined) throw new Error(`unknown prefix in path: ${path}`);
    return { uri, local };
  });
  steps.set(path, made);
  return made;
}
