import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { wrap } from '../story/wrap.ts';
import { ROOT } from './catalog.ts';
import { findChromium } from './find-chromium.ts';
import { paint } from './paint.ts';

/** What was looked at, what was found, and whether the kata can do without. */
interface Finding {
  readonly what: string;
  readonly mark: '✓' | '✗' | '·';
  readonly says: string;
}

/** `npm run doctor`: what this machine lacks. Exit code 1 if something is missing that matters. */
export function doctor(): number {
  const colour = paint();
  const findings = [
    node(),
    npm(),
    packages(),
    disk(),
    memory(),
    git(),
    terminal(),
    chromium(),
    editor(),
  ];
  const lines = findings.flatMap(({ what, mark, says }) =>
    wrap(says, 62).map((line, i) => {
      const head = i === 0 ? `${mark} ${what}` : '';
      const painted = mark === '✗' ? colour.red : mark === '✓' ? colour.green : colour.dim;
      return ` ${painted(head.padEnd(13))}${line}`;
    }),
  );
  const ill = findings.some(({ mark }) => mark === '✗');
  process.stdout.write(`\n${lines.join('\n')}\n\n ${ill ? ILL : WELL}\n`);
  return ill ? 1 : 0;
}

// An older Node never gets here: launch.js says so.
function node(): Finding {
  return { what: 'Node', mark: '✓', says: `${process.versions.node} on ${process.platform}` };
}

function npm(): Finding {
  const agent = /^npm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1];
  const version = agent ?? versionOf('npm');
  if (version === undefined) return { what: 'npm', mark: '✗', says: NO_NPM };
  return { what: 'npm', mark: '✓', says: version };
}

/** Every package that the lockfile names has to be there, in that version, but for other platforms'. */
function packages(): Finding {
  const what = 'packages';
  try {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, { version?: string; optional?: boolean }>>;
    };
    const named = Object.entries(lock.packages).filter(([path]) => path !== '');
    const needed = named.filter(([, { optional }]) => !optional);
    const optional = named.filter(([, { optional }]) => optional);
    const wrong = needed.filter(([path, { version }]) => installed(path) !== version);
    if (wrong.length === 0) {
      // As npm counts them: with those that only this platform has.
      const all = needed.length + optional.filter(([path]) => installed(path) !== undefined).length;
      return { what, mark: '✓', says: `all ${all} are installed` };
    }
    const some = wrong.slice(0, 3).map(([path]) => path.replace(/^.*node_modules\//, ''));
    const more = wrong.length > some.length ? ' and others' : '';
    return { what, mark: '✗', says: `${some.join(', ')}${more}: missing or old. Next: npm ci` };
  } catch {
    return { what, mark: '✗', says: NO_LOCK };
  }
}

function installed(path: string): string | undefined {
  const file = join(ROOT, path, 'package.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version;
}

function disk(): Finding {
  try {
    const { bavail, bsize } = statfsSync(ROOT);
    const free = Math.floor((bavail * bsize) / 1e6);
    if (free < LEAST_FREE_MB)
      return { what: 'disk', mark: '✗', says: `${free} MB free: ${NO_ROOM}` };
    return { what: 'disk', mark: '✓', says: `${free.toLocaleString('en')} MB free` };
  } catch {
    return { what: 'disk', mark: '·', says: 'cannot tell how much is free' };
  }
}

function memory(): Finding {
  try {
    mkdirSync(join(ROOT, '.kata'), { recursive: true });
    accessSync(join(ROOT, '.kata'), constants.W_OK);
    return { what: 'memory', mark: '✓', says: '.kata can be written' };
  } catch {
    return { what: 'memory', mark: '·', says: NO_MEMORY };
  }
}

function git(): Finding {
  const version = versionOf('git')?.replace('git version ', '');
  if (version === undefined) return { what: 'git', mark: '·', says: NO_GIT };
  return { what: 'git', mark: '✓', says: version };
}

function terminal(): Finding {
  const { isTTY, columns } = process.stdout;
  if (isTTY !== true) return { what: 'terminal', mark: '·', says: NO_TERMINAL };
  const colours = paint().level > 0 ? 'in colour' : 'without colour';
  if (columns >= 80) return { what: 'terminal', mark: '✓', says: `${columns} columns, ${colours}` };
  return { what: 'terminal', mark: '·', says: `${columns} columns, ${colours}: ${TOO_NARROW}` };
}

function chromium(): Finding {
  const found = findChromium();
  if (found === undefined) return { what: 'Chromium', mark: '·', says: NO_CHROMIUM };
  return { what: 'Chromium', mark: '✓', says: `${found}, for npm run slides -- --pdf` };
}

function editor(): Finding {
  const inside = process.env['TERM_PROGRAM'] === 'vscode';
  if (inside || onPath('code')) return { what: 'editor', mark: '✓', says: VS_CODE };
  return { what: 'editor', mark: '·', says: OTHER_EDITOR };
}

function versionOf(program: string): string | undefined {
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === 'win32';
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', shell });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}

function onPath(program: string): boolean {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.some((folder) =>
    endings.some((ending) => existsSync(join(folder, `${program}${ending}`))),
  );
}

/** Room for what is compiled, and for copies of attempts. */
const LEAST_FREE_MB = 50;
const WELL = 'All that matters is there. Next: npm start';
const ILL = 'Mend what is marked ✗, then: npm run doctor';
const NO_NPM = 'not found: it comes with Node, from https://nodejs.org';
const NO_LOCK = 'package-lock.json cannot be read. Next: git checkout -- package-lock.json';
const NO_ROOM = 'too little to keep copies of your work';
const NO_MEMORY = '.kata cannot be written: what was green, and which hints you saw, is forgotten';
const NO_GIT = 'not found: npm run reset and npm run diff need it (https://git-scm.com)';
const NO_TERMINAL = 'this is a pipe: no colours, and npm start does not watch';
const TOO_NARROW = 'make it 80, or the diagrams break';
const NO_CHROMIUM =
  'not found: npm run slides -- --pdf needs it; slides show in any browser of today';
const VS_CODE = 'VS Code: the recommended extensions run a single guarantee from the gutter';
const OTHER_EDITOR = 'any will do; VS Code runs single guarantees from the gutter';
