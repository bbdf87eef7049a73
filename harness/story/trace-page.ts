import { STYLE } from './page/style.ts';
import type { TraceData } from './trace-data.ts';

/** What is told of a run beside its picture. */
export interface About {
  readonly title: string;
  /** What happened, in plain words. */
  readonly sentence: string;
  /** The whole story as text; empty if there is none. */
  readonly story: string;
}

/**
 * A run as one page that needs nothing else: its picture, a cursor that goes through its entries, and how
 * every process stands there. `script` is `page/main.ts` with all that it imports, as one classic script.
 */
export function tracePage(data: TraceData, about: About, script: string): string {
  const { title, sentence, story } = about;
  const told =
    story === ''
      ? ''
      : `<details id="story"><summary>The story as text</summary><pre>${escape(story)}</pre></details>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p id="sentence">${escape(sentence)}</p>
<div id="extras">${told}<details id="filter"><summary>What is shown</summary><div id="filters"></div></details><details><summary>Keys</summary>${KEYS}</details></div>
</header>
<main>
<space-time id="run"></space-time>
<div id="paper"></div>
<aside id="moment" aria-label="At the cursor">
<div id="entry" aria-live="polite"></div>
<div id="now"></div>
</aside>
</main>
<script id="data" type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

const KEYS =
  '<p>← → one entry · Page up, Page down twenty · Home, End · Space plays · c its cause · m, M next mark and the one before · p its past only · Escape leaves the picture</p>';

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
