// What a scene has beside the picture and its controls, and how that looks.

export const STYLE = `
<style>
:host { gap: 8px; font: 17px/1.3 var(--prose, system-ui); }
/* Darker than on the page of a trace: a projector takes away half of any contrast. */
@media (prefers-color-scheme: light) {
  :host { --faint: #454d57; --accent: #084a9c; --bad: #9a0e19; }
}
/* Who shall guess must not see it. */
:host([future='hidden']) svg .future { visibility: hidden; }
#controls { flex-wrap: nowrap; gap: 8px; padding: 0; border: 0; background: none; }
#picture { border: 1px solid var(--rule); border-radius: 8px; }
#standing { position: relative; flex: none; overflow: hidden; border-left: 1px solid transparent; }
#standing dl { position: absolute; top: 0; font-size: 15px; line-height: 20px; overflow: hidden; }
#standing div { display: flex; gap: 6px; white-space: nowrap; }
#standing dt { color: var(--faint); }
#standing dd { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
#standing b { color: var(--bad); display: block; }
#line { flex: none; display: flex; align-items: baseline; gap: 16px; min-height: 26px; }
#told { flex: 1; font-size: 20px; }
#told.end { font-weight: 650; }
#trouble { padding: 12px 16px; border-left: 6px solid var(--bad); background: var(--panel); font-size: 24px; }
#meddle, #faults { flex: none; display: flex; align-items: center; gap: 8px; }
input[type='range'] { height: 24px; }
#latency, #loss { flex: 1 1 60px; width: 60px; }
#meddle label { flex: 0 1 240px; }
#who { max-width: 6em; }
#who, #whom, #speed { padding: 3px 4px; }
#whom { max-width: 6.5em; }
label { display: inline-flex; align-items: center; gap: 8px; }
output { font-variant-numeric: tabular-nums; }
#latency-is { min-width: 3.4em; }
#loss-is { min-width: 2.6em; }
.gap { flex: 1; }
#whose { color: var(--accent); white-space: nowrap; }
button, select { min-height: 32px; }
#faults { overflow-x: auto; padding: 4px; scrollbar-width: thin; }
#faults button { flex: none; border-color: var(--bad); font-size: 15px; min-height: 28px; }
</style>
`;

export const BEFORE = `
<p id="trouble" role="status" hidden></p>
`;

export const UNDER = `
<div id="standing" aria-label="What the processes keep at the cursor" role="group"></div>
<div id="line"><p id="told" aria-live="polite"></p><b id="whose" hidden></b></div>
`;

export const AFTER = `
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
