import type { JsonSchema } from '@valibot/to-json-schema';
import { REFUSALS, type RefusalCode } from '../../../shared/refusal.ts';
import { WORDS } from '../../words.ts';
import { escaped, fieldOf, fieldsOf, wordsOf, type Way } from './docs-schema.ts';
import type { Content, Described, Description } from './openapi.ts';

/** Shapes that come in. */
const INPUTS = /Input$|^DraftOp$/;

interface Listed {
  method: string;
  path: string;
  described: Described;
}

/** The description as a page a person can read, without script. `base`: the whole address of the API. */
export function docsPage(api: Description, base: string): string {
  const all: Listed[] = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, described })),
  );
  const families = api.tags.map(({ name }) => ({ name, rows: all.filter(({ described }) => described.tags.includes(name)) }));
  const shapes = Object.entries(api.components.schemas).filter(([name]) => !name.startsWith('event.'));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>API · webdocument</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/v1/docs.css">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<div class="all">
<header>
<h1>API</h1>
<p>${escaped(api.info.description)}</p>
<p>Address: <code>${escaped(base)}</code>. Each request carries an API key: <code>Authorization: Bearer wdk_…</code>. Keys are made in the
console, under Settings. The same as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<p>${inCode(api.components.parameters['IdempotencyKey']?.description ?? '')} It travels as the header <code>Idempotency-Key</code>.</p>
</header>
<nav aria-label="Content"><ul>
${[...families.map(({ name }) => name), 'Webhook calls', 'Refusals', 'Shapes'].map((name) => `<li><a href="#${idFor(name)}">${name}</a></li>`).join('\n')}
</ul></nav>
<main id="main">
${families.map(({ name, rows }) => `<section aria-labelledby="${idFor(name)}">\n<h2 id="${idFor(name)}">${name}</h2>\n${rows.map((row) => operationOf(row, base)).join('\n')}\n</section>`).join('\n')}
${webhooksOf(api)}
${refusals()}
<section aria-labelledby="shapes">
<h2 id="shapes">Shapes</h2>
${shapes.map(([name, schema]) => `<h3 id="shape-${name}">${name}</h3>\n${shapeOf(schema, INPUTS.test(name) ? 'in' : 'out')}`).join('\n')}
</section>
</main>
</div>
</body>
</html>
`;
}

function idFor(name: string): string {
  return name.toLowerCase().replace(/[^a-z]+/g, '-');
}

function operationOf({ method, path, described }: Listed, base: string): string {
  const { operationId = '', summary, description } = described;
  return `<article aria-labelledby="${operationId}">
<h3 id="${operationId}"><span class="method">${method}</span> <code>${escaped(path)}</code></h3>
<p>${escaped(summary)}.${description === undefined ? '' : ` ${inCode(description)}`}</p>
${parametersOf(described)}${bodyOf(described)}${answersOf(described)}
<h4>Example</h4>
<pre tabindex="0"><code>${escaped(curlOf({ method, path, described }, base))}</code></pre>
</article>`;
}

function parametersOf({ parameters = [] }: Described): string {
  const rows = parameters.flatMap((one) =>
    '$ref' in one || one.in !== 'query' ? [] : [fieldOf(one.name, one.schema, 'in', one.required)],
  );
  return rows.length === 0 ? '' : `<h4>In the query</h4>\n<ul class="fields">${rows.join('')}</ul>\n`;
}

function bodyOf({ requestBody }: Described): string {
  if (!requestBody) return '';
  return `<h4>Body${requestBody.required ? '' : ' (may be left out)'}</h4>\n${contentOf(requestBody.content, 'in')}\n`;
}

function answersOf({ responses }: Described): string {
  const rows = Object.entries(responses).map(([status, response]) =>
    '$ref' in response
      ? '<li>otherwise <a href="#refusals">a refusal</a></li>'
      : `<li><code>${status}</code> ${escaped(response.description)} ${contentOf(response.content ?? {}, 'out')}</li>`,
  );
  return `<h4>Answers</h4>\n<ul class="fields">${rows.join('')}</ul>`;
}

function contentOf(content: Content, way: Way): string {
  return Object.entries(content)
    .map(
      ([type, { schema }]) =>
        `<span class="type"><code>${escaped(type)}</code>${schema ? ` ${wordsOf(schema)}` : ''}</span>${schema ? fieldsOf(schema, way) : ''}`,
    )
    .join(' or ');
}

function curlOf({ method, path, described }: Listed, base: string): string {
  const json = described.requestBody?.content['application/json'];
  const media = Object.keys(described.requestBody?.content ?? {})[0];
  const target = `'${base}${path.replace(/\{(\w+)\}/g, (_, name: string) => `<${name}>`)}'`;
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}-H "Authorization: Bearer $KEY" ${target}`,
    ...(json?.example === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `--data '${JSON.stringify(json.example).replaceAll("'", '’')}'`]),
    ...(json === undefined && media !== undefined ? [`-H 'Content-Type: ${media}' --data-binary @file`] : []),
  ];
  return lines.join(' \\\n  ');
}

function webhooksOf({ webhooks, components }: Description): string {
  const [first] = Object.values(webhooks);
  const headers = (first?.post.parameters ?? []).flatMap((one) =>
    '$ref' in one ? [] : [`<li><code>${one.name}</code> <span class="soft">${inCode(one.description ?? '')}</span></li>`],
  );
  const events = Object.entries(components.schemas).flatMap(([name, schema]) => {
    const type = /^event\.(.+)$/.exec(name)?.[1];
    if (type === undefined) return [];
    const kept = type in webhooks ? '' : '<p>In <code>GET /events</code> alone: endpoints are never told that one failed.</p>';
    return `<h3 id="shape-${name}">${type}</h3>\n${kept}${shapeOf(schema.properties?.['data'] as JsonSchema, 'out')}`;
  });
  return `<section aria-labelledby="webhook-calls">
<h2 id="webhook-calls">Webhook calls</h2>
<p>Each endpoint is sent events by POST, as JSON exactly as <a href="#listEvents">GET /events</a> gives them, in the format of
<a href="https://www.standardwebhooks.com" rel="noreferrer">Standard Webhooks</a>: at least once, usually in order (<code>seq</code> says which). What is not answered by a
status of 200 to 299 within 15 seconds is tried again for about a day; 410 turns the endpoint off.</p>
<ul class="fields">${headers.join('')}</ul>
<p>Below, the <code>data</code> of each type.</p>
${events.join('\n')}
</section>`;
}

function refusals(): string {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  const rows = codes.map(
    (code) => `<li><code>${code}</code> <span class="type">${REFUSALS[code]}</span> ${escaped(WORDS.en.refusals[code])}</li>`,
  );
  return `<section aria-labelledby="refusals">
<h2 id="refusals">Refusals</h2>
<p><a href="#shape-Problem">A problem document</a> (RFC 9457) as <code>application/problem+json</code>. <code>code</code> is one of these, and they do not change; each of the
<code>faults</code> names its place by a JSON pointer, and <code>most</code> is how much there is where more was asked for.</p>
<ul class="codes">${rows.join('')}</ul>
</section>`;
}

function shapeOf(schema: JsonSchema, way: Way): string {
  return fieldsOf(schema, way) || `<p class="type">${wordsOf(schema)}</p>`;
}

/** Our own notes mark code with backticks. */
function inCode(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
