/// <reference types="vite/types/importMeta.d.ts" />
import type { Scene } from './scene.ts';

/** The attendee's file for an exercise, or a sentence that says why it is not to be had. */
export type Mine =
  | { readonly code: unknown; readonly sentence?: undefined }
  | { readonly code?: undefined; readonly sentence: string };

/** The one file of an exercise that an attendee edits. */
export function fileOf({ exercise }: Scene): string {
  return `${exercise.slice(3)}.ts`;
}

/** Loads it as it is on the disk now. Only the server of the slides has it. */
export async function loadMine(scene: Scene): Promise<Mine> {
  if (!import.meta.env.DEV) return { sentence: NO_SERVER };
  const { exercise, code } = scene;
  const file = fileOf(scene);
  let mine: object;
  try {
    // A browser keeps what it has imported under an address for good.
    mine = (await import(/* @vite-ignore */ `/mine/${exercise}.ts?t=${++loads}`)) as object;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { sentence: FETCH_FAILED.test(text) ? cannotLoad(file, exercise) : text };
  }
  const missing = Object.keys(code as object).find((name) => !(name in mine));
  if (missing !== undefined) return { sentence: `${file} does not export ${missing}.` };
  return { code: mine };
}

/** Calls back whenever the file of an exercise was saved. Answers with what ends that. */
export function whenSaved(exercise: string, act: () => void): () => void {
  const saved = (which: string): void => {
    if (which === exercise) act();
  };
  import.meta.hot?.on(SAVED, saved);
  return () => import.meta.hot?.off(SAVED, saved);
}

let loads = 0;
/** The same in harness/kata/mine.ts. */
const SAVED = 'kata:mine';
/** A module that the server refused has no reason in a browser. */
const FETCH_FAILED = /dynamically imported module|Importing a module script failed/;
const NO_SERVER = 'Your own file runs here while “npm run slides” serves this deck.';

function cannotLoad(file: string, exercise: string): string {
  return `${file} cannot be loaded; “npm test ${exercise.slice(0, 2)}” says why.`;
}
