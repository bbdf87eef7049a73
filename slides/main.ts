/// <reference types="vite/types/importMeta.d.ts" />
import Reveal from 'reveal.js';
import Highlight from 'reveal.js/plugin/highlight';
import Markdown from 'reveal.js/plugin/markdown';
import Notes from 'reveal.js/plugin/notes';
import { browser, element } from '../harness/story/page/dom.ts';
import { deck, separators } from './deck.ts';
import './live-scene.ts';
import { storyLanguage } from './story-language.ts';

// A new deck needs no registration: a file whose name fits is a deck, and Vite reloads the page when
// one comes, goes or changes.
const files = import.meta.glob<string>('./[0-9][0-9]-*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const decks = new Map(
  Object.keys(files)
    .sort()
    .map((file) => [file.slice('./'.length, -'.md'.length), deck(files[file] ?? '')]),
);

const parameters = new URLSearchParams(browser.location.search);
const asked = parameters.get('deck');
const isPrint = parameters.get('view') === 'print';
const shown = asked === null ? undefined : decks.get(asked);
if (shown === undefined) {
  showContents(asked);
} else {
  browser.document.title = shown.title;
  element('deck').hidden = false;
  element('markdown').textContent = shown.markdown;
  const reveal = new Reveal({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    display: 'flex',
    hash: true,
    transition: 'none',
    backgroundTransition: 'none',
    controls: false,
    slideNumber: 'c/t',
    markdown: { ...separators },
    highlight: { beforeHighlight: storyLanguage },
    plugins: [Markdown, Highlight, Notes],
  });
  // For print, reveal.js lays all slides out after it has said that it is ready.
  const laidOut = new Promise<void>((resolve) => {
    reveal.on(isPrint ? 'pdf-ready' : 'ready', () => resolve());
  });
  // Whoever tests or prints a deck asks for these.
  Object.assign(globalThis, { reveal, shown: laidOut.then(nextFrame).then(nextFrame) });
  // Not awaited: a classic script, as the built folder has it, cannot wait.
  void reveal.initialize();
}

/** A scene runs when its slide has a size; after two frames all that are to be seen have run. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    browser.requestAnimationFrame(() => resolve());
  });
}

function showContents(missing: string | null): void {
  element('contents').hidden = false;
  if (missing !== null) {
    element('missing').hidden = false;
    element('missing').textContent = noSuchDeck(missing);
  }
  for (const [name, { title, slides }] of decks) {
    const link = browser.document.createElement('a');
    link.setAttribute('href', `?deck=${encodeURIComponent(name)}`);
    link.textContent = title;
    const entry = browser.document.createElement('li');
    entry.append(link, slideCount(name, slides.length));
    element('decks').append(entry);
  }
}

function noSuchDeck(name: string): string {
  return `There is no deck named “${name}”; these are the ones there are.`;
}

function slideCount(name: string, slides: number): string {
  return ` ${name}, ${slides} slides`;
}
