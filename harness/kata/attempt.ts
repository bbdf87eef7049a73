import type { Plugin } from 'vite';
export function attempt(): Plugin {
  return { name: 'attempt' };
}
