import * as solution from '../../solutions/03-linearizable-register/linearizable-register.ts';
import type { Scene } from '../scene.ts';
import { registerInversion } from './register-inversion.ts';

/** The same schedule; the first reader writes back what it has read before it answers. */
export const registerWriteback: Scene<typeof solution> = {
  ...registerInversion,
  title: 'Two readers, with write-back',
  code: solution,
};
