import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { normalizePath, type Plugin } from 'vite';
import { markedIn } from '../guarantee/attempted.ts';
import { safeCode } from './safe-code.ts';

/**
 * The Vite plugin that hands attendees' files to the slides: `/mine/06-raft-leader-election.ts` is the
 * one in a folder of attempts. A file that cannot be loaded becomes a module that says so in a sentence,
 * because a browser is told nothing about a module that the server refuses.
 */
export function mine(attempts: string): Plugin {
  const exercises = new Map<string, string>();
  return {
    name: 'kata:mine',
    enforce: 'pre',
    resolveId(source) {
      const exercise = /^\/mine\/([\w-]+)\.ts/.exec(source)?.[1];
      if (exercise === undefined) return undefined;
      const file = normalizePath(join(attempts, exercise, `${exercise.slice(3)}.ts`));
      exercises.set(file, exercise);
      return file;
    },
    load(id) {
      if (!exercises.has(id)) return undefined;
      // It lies outside of slides/, and what a plugin loads Vite does not watch by itself.
      this.addWatchFile(id);
      return existsSync(id) ? readFileSync(id, 'utf8') : throwing(`${basename(id)} is not there.`);
    },
    transform(code, id) {
      if (!exercises.has(id)) return undefined;
      try {
        const text = safeCode(code, id);
        return { code: text.toString(), map: text.generateMap({ hires: true, source: id }) };
      } catch (error) {
        const [sentence, where] = markedIn(error) ?? [String(error), id];
        return throwing(`${sentence} (${basename(where)})`);
      }
    },
    hotUpdate({ file }) {
      const exercise = exercises.get(normalizePath(file));
      if (exercise === undefined) return undefined;
      this.environment.hot.send(SAVED, exercise);
      return [];
    },
  };
}

function throwing(sentence: string): string {
  return `throw new Error(${JSON.stringify(sentence)});`;
}

/** The same in slides/mine.ts. */
const SAVED = 'kata:mine';
