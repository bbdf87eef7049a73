// The colours of a failure in a ```story block: what broke stands out, times step back. Without
// them a projected diagram is a grey wall in which the one red mark is hard to find.

interface Highlighter {
  registerLanguage(name: string, definition: () => object): void;
}

export function storyLanguage(highlighter: Highlighter): void {
  highlighter.registerLanguage('story', () => ({
    contains: [
      { scope: 'story-broken', match: /✗.*/ },
      { scope: 'story-holds', match: /✓.*/ },
      { scope: 'story-fault', match: /·.*/ },
      { scope: 'story-names', match: /^ +ms .*/ },
      { scope: 'story-time', match: /^ +\d+(?= )/ },
      { scope: 'story-command', match: /npm (start|test|run)\b(?: ?\S+)*/ },
    ],
  }));
}
