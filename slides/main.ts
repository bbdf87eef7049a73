/// <reference types="vite/types/importMeta.d.ts" />
import Reveal from 'reveal.js';
import Highlight from 'reveal.js/plugin/highlight';
import Markdown from 'reveal.js/plugin/markdown';
import Notes from 'reveal.js/plugin/notes';
import { deck, separators } from './deck.ts';
import { storyLanguage } from './story-language.ts';

// The little of the page that is used here, and not TypeScript's "dom" library: a library holds for
// the whole project, and with that one a forgotten `this.` in an exercise (`status`, `name`,
// `event`) would compile as a property of the browser's window.
interface PageElement {
  textContent: string | null;
  hidden: boolean;
  append(...children: (PageElement | string)[]): void;
  setAttribute(name: string, value: string): void;
}
declare const document: {
  title: string;
  getElementById(id: string): PageElement | null;
  createElement(tag: string): PageElement;
};
declare const location: { readonly search: string };

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

const asked = new URLSearchParams(location.search).get('deck');
const shown = asked === null ? undefined : decks.get(asked);
if (shown === undefined) {
  showContents(asked);
} else {
  document.title = shown.title;
  element('deck').hidden = false;
  element('markdown').textContent = shown.markdown;
  await new Reveal({
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
  }).initialize();
}

function showContents(missing: string | null): void {
  element('contents').hidden = false;
  if (missing !== null) {
    element('missing').hidden = false;
    element('missing').textContent = noSuchDeck(missing);
  }
  for (const [name, { title, slides }] of decks) {
    const link = document.createElement('a');
    link.setAttribute('href', `?deck=${encodeURIComponent(name)}`);
    link.textContent = title;
    const entry = document.createElement('li');
    entry.append(link, slideCount(name, slides.length));
    element('decks').append(entry);
  }
}

function element(id: string): PageElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`slides/index.html has no element with the id "${id}".`);
  return found;
}

function noSuchDeck(name: string): string {
  return `There is no deck named “${name}”; these are the ones there are.`;
}

function slideCount(name: string, slides: number): string {
  return ` ${name}, ${slides} slides`;
}
