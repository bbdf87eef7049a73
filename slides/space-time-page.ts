/** What is inside of a `<space-time>` element, and how it looks. Its colours are those of the picture. */
export const SPACE_TIME_PAGE = `
<style>
:host { display: flex; flex-direction: column; gap: 8px; min-height: 0; font: 17px/1.3 var(--prose, system-ui); color: var(--ink); }
/* Darker than on the page of a trace: a projector takes away half of any contrast. */
@media (prefers-color-scheme: light) {
  :host { --faint: #454d57; --accent: #084a9c; --bad: #9a0e19; }
}
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
#picture { flex: 1 1 0; min-height: 120px; overflow: auto; position: relative; background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; }
#sheet { position: relative; min-height: 100%; }
#canvas { position: sticky; top: 0; display: block; font-size: 12px; }
#standing { position: relative; flex: none; overflow: hidden; border-left: 1px solid transparent; }
#standing dl { position: absolute; top: 0; font-size: 15px; line-height: 20px; overflow: hidden; }
#standing div { display: flex; gap: 6px; white-space: nowrap; }
#standing dt { color: var(--faint); }
#standing dd { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
#standing b { color: var(--bad); display: block; }
#told { flex: none; min-height: 26px; font-size: 20px; }
#told.end { font-weight: 650; }
#trouble { padding: 12px 16px; border-left: 6px solid var(--bad); background: var(--panel); font-size: 24px; }
#controls, #meddle, #faults { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
#seek { flex: 1; }
input[type='range'] { accent-color: var(--accent); min-width: 60px; height: 24px; }
#latency, #loss { flex: 1 1 60px; width: 60px; }
#meddle label { flex: 0 1 240px; }
#who { max-width: 6em; }
#meddle, #controls { flex-wrap: nowrap; }
#who, #whom, #speed { padding: 3px 4px; }
#whom { max-width: 6.5em; }
label { display: inline-flex; align-items: center; gap: 8px; }
output { font-variant-numeric: tabular-nums; }
#where { min-width: 5em; text-align: right; }
#latency-is { min-width: 3.4em; }
#loss-is { min-width: 2.6em; }
.gap { flex: 1; }
#whose { color: var(--accent); white-space: nowrap; }
button, select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--faint); border-radius: 6px; padding: 3px 10px; min-height: 32px; }
button { cursor: pointer; white-space: nowrap; }
button:hover:enabled { border-color: var(--accent); background: var(--here); }
button:disabled { color: var(--faint); border-color: var(--rule); cursor: default; }
#play { min-width: 5.2em; background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 650; }
#faults { flex-wrap: nowrap; overflow-x: auto; padding: 4px; scrollbar-width: thin; }
#faults button { flex: none; border-color: var(--bad); font-size: 15px; min-height: 28px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
#picture:focus-visible { outline-offset: -3px; }
</style>
<p id="trouble" role="status" hidden></p>
<div id="picture" tabindex="0" role="application" aria-roledescription="space-time diagram">
<div id="sheet"><svg id="canvas" xmlns="http://www.w3.org/2000/svg"></svg></div>
</div>
<div id="standing" aria-label="What the processes keep at the cursor" role="group"></div>
<p id="told" aria-live="polite"></p>
<div id="controls" role="group" aria-label="Time">
<button type="button" data-act="first" aria-label="First entry">|◀</button>
<button type="button" data-act="back" aria-label="Entry before">◀</button>
<button type="button" id="play" data-act="play" aria-label="Play">▶ play</button>
<button type="button" data-act="on" aria-label="Next entry">▶</button>
<button type="button" data-act="last" aria-label="Last entry">▶|</button>
<input id="seek" type="range" min="0" value="0" aria-label="Entry">
<b id="whose" hidden></b>
<output id="where" for="seek"></output>
<select id="speed" aria-label="Entries a second">
<option value="3">slow</option><option value="12">fast</option><option value="60">very fast</option>
</select>
</div>
<div id="meddle" role="group" aria-label="Network and faults">
<label>latency <input id="latency" type="range" min="1" max="200"><output id="latency-is" for="latency"></output></label>
<label>loss <input id="loss" type="range" min="0" max="60"><output id="loss-is" for="loss"></output></label>
<span class="gap"></span>
<select id="who" aria-label="Process"></select>
<button type="button" id="crash" data-act="crash">crash</button>
<button type="button" id="pause" data-act="pause">pause</button>
<button type="button" id="restart" data-act="restart">restart</button>
<button type="button" id="cut" data-act="cut">cut</button>
<select id="whom" aria-label="Cut off from"></select>
<button type="button" id="heal" data-act="heal">heal</button>
<button type="button" data-act="reset" aria-label="As it was at first">reset</button>
</div>
<div id="faults" role="group" aria-label="What goes wrong; press one to take it away"></div>
`;
