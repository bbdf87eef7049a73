import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a Chromium is on this machine, or one of its relatives; `KATA_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  const asked = process.env['KATA_CHROMIUM'];
  if (asked !== undefined && asked !== '') return existsSync(asked) ? asked : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...named, ...(PLACES[process.platform] ?? [])].find((place) => existsSync(place));
}

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
/** Where it is on systems that have no applications on the path. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};
