import type { Steps } from './steps.ts';
export function checkPurity(_steps: Steps): void {}
