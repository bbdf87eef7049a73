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
  const { processes, entries } = data;
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
<div id="extras">${told}<details id="filter"><summary>What is shown</summary><div id="filters"></div></details></div>
</header>
<main>
<div id="picture" tabindex="0" role="application" aria-roledescription="space-time diagram" aria-label="${processes.length} processes, ${entries.length} entries, time downwards. Arrow keys move the cursor, c goes to the cause, m to the next mark, p shows the past.">
<div id="sheet"><svg id="canvas" xmlns="http://www.w3.org/2000/svg"></svg><div id="paper"></div></div>
</div>
<aside id="moment" aria-label="At the cursor">
<div id="entry" aria-live="polite"></div>
<div id="now"></div>
</aside>
</main>
<footer id="controls">
<button type="button" data-act="first" aria-label="First entry" title="First (Home)">|◀</button>
<button type="button" data-act="back" aria-label="Entry before" title="Before (←)">◀</button>
<input id="slider" type="range" min="0" value="0" aria-label="Entry">
<button type="button" data-act="on" aria-label="Next entry" title="Next (→)">▶</button>
<button type="button" data-act="last" aria-label="Last entry" title="Last (End)">▶|</button>
<output id="where" for="slider"></output>
<button type="button" id="mark-before" data-act="mark-before" aria-label="Mark before" title="Mark before (M)">◀ ✗</button>
<button type="button" id="mark-after" data-act="mark-after" aria-label="Next mark" title="Next mark (m)">✗ ▶</button>
<button type="button" id="past" data-act="past" aria-pressed="false" title="Set aside what cannot have influenced the entry at the cursor (p)">Its past only</button>
</footer>
<script id="data" type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
