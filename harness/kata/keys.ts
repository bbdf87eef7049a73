import { emitKeypressEvents } from 'node:readline';

const KEYS = ['h', 'r', 't', 'd', 'a', 'n', 'l', 'q'] as const;

/** What a single key asks for under watch. */
export type Key = (typeof KEYS)[number];

/** Keys as they are pressed, without a return after them. */
export interface Keys {
  /** Leaves the keyboard to somebody else for a while. */
  during(act: () => void): void;
  end(): void;
}

/** Calls back for each key that means something; return means `a`, for once again. Ctrl-C ends as ever. */
export function readKeys(pressed: (key: Key) => void): Keys {
  const { stdin } = process;
  const listen = (
    _: string | undefined,
    { name = '', ctrl = false }: { name?: string; ctrl?: boolean },
  ) => {
    if (ctrl && name === 'c') {
      stdin.setRawMode(false);
      process.kill(process.pid, 'SIGINT');
      return;
    }
    const key = name === 'return' ? 'a' : KEYS.find((each) => each === name.toLowerCase());
    if (key !== undefined) pressed(key);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', listen);
  stdin.resume();
  return {
    during(act) {
      stdin.setRawMode(false);
      act();
      stdin.setRawMode(true);
    },
    end() {
      stdin.off('keypress', listen);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
