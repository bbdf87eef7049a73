// The little of a browser that is used here, and not TypeScript's "dom" library: a library holds for the
// whole project, and with that one a forgotten `this.` in an exercise (`status`, `name`, `event`) would
// compile as a property of the browser's window.

export interface PageElement {
  innerHTML: string;
  textContent: string | null;
  value: string;
  checked: boolean;
  disabled: boolean;
  hidden: boolean;
  scrollTop: number;
  scrollLeft: number;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly tagName: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly style: { setProperty(name: string, value: string): void };
  readonly classList: { toggle(name: string, on: boolean): void };
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  getAttribute(name: string): string | null;
  closest(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  append(...children: (PageElement | string)[]): void;
  attachShadow(options: { readonly mode: 'open' }): ShadowRoot;
  addEventListener(type: string, listener: (event: PageEvent) => void, options?: object): void;
  dispatchEvent(event: object): boolean;
  scrollIntoView(options: object): void;
  blur(): void;
}

/** What is inside of an element of our own. */
export interface ShadowRoot {
  innerHTML: string;
  readonly activeElement: PageElement | null;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

export interface PageEvent {
  readonly target: PageElement | null;
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  preventDefault(): void;
  stopPropagation(): void;
}

interface Browser {
  readonly document: {
    title: string;
    getElementById(id: string): PageElement | null;
    createElement(tag: string): PageElement;
    addEventListener(type: string, listener: (event: PageEvent) => void): void;
  };
  readonly location: { readonly hash: string; readonly search: string };
  readonly customElements: { define(name: string, element: unknown): void };
  readonly HTMLElement: new () => PageElement;
  readonly ResizeObserver: new (seen: () => void) => {
    observe(element: PageElement): void;
    disconnect(): void;
  };
  readonly CustomEvent: new (type: string, options?: object) => object;
  requestAnimationFrame(act: (ms: number) => void): number;
  cancelAnimationFrame(id: number): void;
  addEventListener(type: string, listener: () => void): void;
}

/** What a browser has and Node has not. */
export const browser = globalThis as unknown as Browser;

/** @throws Error if there is none: the page and its script do not fit together. */
export function element(id: string): PageElement {
  const found = browser.document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
