// The little of the page that is used here, and not TypeScript's "dom" library: a library holds for the
// whole project, and with that one a forgotten `this.` in an exercise (`status`, `name`, `event`) would
// compile as a property of the browser's window.

export interface PageElement {
  innerHTML: string;
  textContent: string | null;
  value: string;
  checked: boolean;
  disabled: boolean;
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
  addEventListener(type: string, listener: (event: PageEvent) => void, options?: object): void;
  scrollIntoView(options: object): void;
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

interface Page {
  readonly activeElement: PageElement | null;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** What a browser has and Node has not. */
export const page = globalThis as unknown as {
  readonly document: Page;
  readonly location: { readonly hash: string };
  requestAnimationFrame(act: () => void): void;
  addEventListener(type: string, listener: () => void): void;
};

/** @throws Error if there is none: the page and its script do not fit together. */
export function element(id: string): PageElement {
  const found = page.document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
