import type { PageElement, PageEvent } from '../harness/story/page/dom.ts';

// The little of a browser that slides use beside what the page of a trace does, and not TypeScript's
// "dom" library: see harness/story/page/dom.ts.

export interface SlideElement extends PageElement {
  hidden: boolean;
  readonly isConnected: boolean;
  append(...children: (SlideElement | string)[]): void;
  attachShadow(options: { readonly mode: 'open' }): ShadowRoot;
  focus(): void;
  blur(): void;
  dispatchEvent(event: object): boolean;
}

export interface ShadowRoot {
  innerHTML: string;
  readonly activeElement: SlideElement | null;
  getElementById(id: string): SlideElement | null;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

interface Browser {
  /** Resolves when the deck is to be seen: whoever prints or tests it waits for that. */
  shown?: Promise<unknown>;
  /** For tests. */
  reveal?: unknown;
  readonly document: {
    title: string;
    getElementById(id: string): SlideElement | null;
    createElement(tag: string): SlideElement;
  };
  readonly location: { readonly search: string };
  readonly customElements: { define(name: string, element: unknown): void };
  readonly HTMLElement: new () => SlideElement;
  readonly ResizeObserver: new (seen: () => void) => {
    observe(element: SlideElement): void;
    disconnect(): void;
  };
  readonly CustomEvent: new (type: string, options: object) => object;
  requestAnimationFrame(act: (ms: number) => void): number;
  cancelAnimationFrame(id: number): void;
}

export const browser = globalThis as unknown as Browser;
