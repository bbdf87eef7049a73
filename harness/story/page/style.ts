/**
 * How the picture of a run looks, on the screen inside of its element: by day, by night and on
 * paper. Colours of messages after Okabe and Ito.
 */
export const PICTURE_STYLE = `
:root, :host {
  --paper: #fff; --ink: #1b1f24; --faint: #656d76; --rule: #d8dee4; --panel: #f6f8fa;
  --accent: #0a5dc2; --here: #dbe9fb; --bad: #c1121f; --bad-paper: #fdecec; --changed: #fff1b8;
  --c0: #0072b2; --c1: #b35300; --c2: #00795a; --c3: #a0457a; --c4: #6a5acd; --c5: #7a6400;
  --some: #b8860b33; --side0: #0072b22b; --side1: #d55e002b; --side2: #009e732b;
}
@media (prefers-color-scheme: dark) {
  :root, :host {
    --paper: #0f1419; --ink: #e6e9ed; --faint: #9aa4af; --rule: #2d353e; --panel: #161c23;
    --accent: #6cb2ff; --here: #1b3350; --bad: #ff7b72; --bad-paper: #3d1a1c; --changed: #5a4a10;
    --c0: #6cb8ee; --c1: #f0a35e; --c2: #4fd1a5; --c3: #e79cc4; --c4: #b3a7ff; --c5: #e0c95a;
    --some: #e3b34133; --side0: #6cb8ee30; --side1: #f0a35e30; --side2: #4fd1a530;
  }
}
svg text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg .head rect { fill: var(--paper); }
svg .name { font-weight: 600; font-size: 13px; }
svg .ms { text-anchor: end; fill: var(--faint); font-variant-numeric: tabular-nums; }
svg .mark { font-size: 15px; fill: var(--bad); }
svg rect.marked { fill: var(--bad-paper); }
svg rect.here { fill: var(--here); }
svg .instant { stroke: var(--rule); stroke-width: 0.5; }
svg .life { stroke: var(--faint); stroke-width: 1.5; }
svg .life.down { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 1 7; }
svg .life.still { stroke-width: 7; stroke-dasharray: 2 3; opacity: 0.7; }
svg .cut.some { fill: var(--some); }
svg .cut.side0 { fill: var(--side0); }
svg .cut.side1 { fill: var(--side1); }
svg .cut.side2 { fill: var(--side2); }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); }
.c3 { color: var(--c3); } .c4 { color: var(--c4); } .c5 { color: var(--c5); }
svg .arrow { cursor: pointer; }
svg .line { fill: none; stroke: currentColor; stroke-width: 1.4; }
svg .hit { fill: none; stroke: transparent; stroke-width: 12; }
svg .tip { fill: currentColor; }
svg .cross { stroke: var(--bad); stroke-width: 2.2; fill: none; }
svg .lost .line, svg .again .line, svg .going .line { stroke-dasharray: 5 4; }
svg .event { cursor: pointer; }
svg .event .dot, svg .event circle { fill: var(--ink); }
svg .event .sign { stroke: var(--bad); stroke-width: 2; fill: none; }
svg .event.restart .sign { stroke: var(--c2); }
svg .event.restart circle { fill: var(--c2); }
svg .write text, svg .append text, svg .flush text, svg .timer-set text, svg .timer-cancel text, svg .start text { fill: var(--faint); }
svg .crash text, svg .throw text, svg .lose text, svg .missed text, svg .forgot text, svg .flush-failed text { fill: var(--bad); }
svg .event.marked .dot { fill: var(--bad); }
svg .event.marked text { font-weight: 600; }
svg .marked text, svg .current text { stroke-width: 0; }
svg .across { stroke: var(--c5); stroke-dasharray: 8 4; }
svg .cut text, svg .heal text { fill: var(--c5); font-weight: 600; }
svg .aside { opacity: 0.28; }
svg .future { opacity: 0.3; }
svg .aside.future { opacity: 0.16; }
svg .thread .line { stroke-width: 3; }
svg .thread .dot, svg .thread circle { stroke: var(--accent); stroke-width: 3; stroke-opacity: 0.55; }
svg .event.current .dot { stroke: var(--accent); stroke-width: 3; }
@media (forced-colors: active) {
  svg .line, svg .life { stroke: CanvasText; }
}
@media print {
  :root, :host { --paper: #fff; --ink: #000; --faint: #444; --rule: #bbb; --panel: #fff; --here: #e8e8e8; --bad-paper: #f3e0e0;
    --bad: #a00; --c0: #0072b2; --c1: #b35300; --c2: #00795a; --c3: #a0457a; --c4: #6a5acd; --c5: #7a6400; }
}
`;

const BUTTONS = `
button, select {
  font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--faint); border-radius: 6px;
  padding: 3px 9px;
}
button { cursor: pointer; white-space: nowrap; }
button:hover:enabled { border-color: var(--accent); background: var(--here); }
button:disabled { color: var(--faint); border-color: var(--rule); cursor: default; }
button[aria-pressed='true'] { background: var(--here); border-color: var(--accent); }
input[type='range'] { accent-color: var(--accent); min-width: 60px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
`;

/** How `<space-time>` looks inside. */
export const ELEMENT_STYLE = `${PICTURE_STYLE}${BUTTONS}
:host { display: flex; flex-direction: column; min-height: 0; color: var(--ink); }
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
#picture { flex: 1 1 0; min-height: 120px; overflow: auto; position: relative; background: var(--paper); }
#picture:focus-visible { outline-offset: -3px; }
#sheet { position: relative; min-height: 100%; }
#canvas { position: sticky; top: 0; display: block; font-size: 12px; }
#controls { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 8px 16px; border-top: 1px solid var(--rule); background: var(--panel); }
#said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
#seek { flex: 1 1 120px; }
#where { min-width: 11em; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
#play { min-width: 5.2em; background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 650; }
`;

/** How the page around it looks. */
export const STYLE = `${PICTURE_STYLE}${BUTTONS}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
  display: grid; grid-template-rows: auto minmax(0, 1fr); background: var(--paper); color: var(--ink);
  font: 14px/1.4 system-ui, -apple-system, 'Segoe UI', sans-serif;
}
header { padding: 10px 16px 8px; border-bottom: 1px solid var(--rule); }
h1 { font-size: 16px; margin: 0; }
#sentence { margin: 2px 0 6px; max-width: 110ch; max-height: 5.6em; overflow: auto; }
#extras { display: flex; flex-wrap: wrap; gap: 4px 24px; }
summary { cursor: pointer; color: var(--accent); }
#story[open], #filter[open] { flex-basis: 100%; }
#story pre { max-height: 40vh; }
fieldset { border: 0; padding: 0; margin: 4px 0; display: flex; flex-wrap: wrap; gap: 2px 14px; max-height: 6em; overflow: auto; }
legend { float: left; min-width: 6.5em; color: var(--faint); padding: 0; }
label { white-space: nowrap; display: inline-flex; align-items: center; gap: 5px; }
.sample { width: 18px; height: 3px; background: currentColor; }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(260px, 340px); min-height: 0; }
#moment { display: grid; grid-template-rows: auto minmax(0, 1fr); min-height: 0; padding: 10px 14px; background: var(--panel); border-left: 1px solid var(--rule); overflow-wrap: anywhere; }
h2 { font-size: 14px; margin: 0; }
h3 { font-size: 13px; margin: 8px 0 2px; }
.words { font-size: 15px; margin: 2px 0; }
.fine { color: var(--faint); font-size: 12px; font-weight: normal; margin: 2px 0; }
pre { font: 12px/1.4 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; margin: 4px 0; overflow: auto; }
#story pre { white-space: pre; }
#now { overflow: auto; }
#entry { height: 19em; overflow: auto; border-bottom: 1px solid var(--rule); padding-bottom: 8px; }
ul { list-style: none; margin: 0; padding: 0; }
dl { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 0 10px; margin: 0; font-size: 13px; }
dt { color: var(--faint); }
dd { margin: 0; font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
.card { padding: 2px 0 6px 8px; border-left: 3px solid transparent; }
.card.active { border-left-color: var(--accent); }
.card h3 { margin: 4px 0 0; }
.card ul { font-size: 13px; }
.state { color: var(--bad); font-weight: normal; }
mark { background: var(--changed); color: inherit; border-radius: 2px; padding: 0 2px; }
.mark { color: var(--bad); fill: var(--bad); font-weight: bold; }
#moment button { white-space: normal; border: 0; background: none; padding: 1px 4px; text-align: left; color: var(--accent); width: 100%; }
#moment button:hover { text-decoration: underline; }
#paper { display: none; }

@media (max-width: 860px) {
  main { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 3fr) minmax(0, 2fr); }
  #moment { border-left: 0; border-top: 1px solid var(--rule); grid-template: minmax(0, 1fr) / 1fr 1fr; gap: 12px; }
  #entry { height: auto; border: 0; }
}
@media print {
  html, body { height: auto; display: block; }
  main { display: block; }
  space-time { display: none; }
  #paper, #moment, #now, #entry, #sentence { display: block; overflow: visible; max-height: none; height: auto; }
  #paper svg { display: block; width: 100%; height: auto; break-inside: avoid; font-size: 12px; }
  #moment { border: 0; }
  #now { columns: 3; }
  .card { break-inside: avoid; }
  #filter { display: none; }
}
`;
