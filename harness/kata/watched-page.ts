import type { Page } from 'playwright-core';

/** What went wrong in a page or was asked for by it; both grow while it is open. */
export interface Watched {
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly problems: readonly string[];
  /** The addresses of all that it loaded. */
  readonly requests: readonly string[];
}

/** Watches a page from now on. */
export function watched(page: Page): Watched {
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  return { problems, requests };
}
