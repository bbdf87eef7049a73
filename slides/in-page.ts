/** For tests: what a page is asked about itself. It runs there, as one script. */
export const IN_PAGE = `
const everyOf = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? everyOf(e.shadowRoot) : [])]);
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
const nameOf = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' ' + JSON.stringify((e.textContent ?? '').trim().slice(0, 40));
const isOut = (e, box) => {
  const { left, right, top, bottom, width, height } = e.getBoundingClientRect();
  return width + height > 0 && (left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1);
};

/** What reaches out of the current slide's text area, or out of its own box. */
function overflowing() {
  const slide = reveal.getCurrentSlide();
  const { left, right, top, bottom } = slide.getBoundingClientRect();
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(slide);
  const area = { left: left + parseFloat(paddingLeft), right: right - parseFloat(paddingRight), top: top + parseFloat(paddingTop), bottom: bottom - parseFloat(paddingBottom) };
  return everyOf(slide)
    .filter((e) => !e.closest('aside.notes, style'))
    // These two scroll.
    .filter((e) => e.matches('#picture, #faults') || !e.closest('#picture, #faults'))
    .filter((e) => isOut(e, area) || (e.matches('pre, code') && getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1))
    .map((e) => 'slide ' + (reveal.getSlidePastCount() + 1) + ': ' + nameOf(e));
}

/** Goes through the whole deck, fragment by fragment, and gathers what the look finds at each step. */
async function throughDeck(look) {
  await shown;
  reveal.slide(0, 0, -1);
  const found = [];
  for (let steps = 0; steps < 2000; steps++) {
    const scene = reveal.getCurrentSlide().querySelector('space-time');
    while (scene && !scene.shown.run && scene.shadowRoot.getElementById('trouble').hidden) await nextFrame();
    if (scene) await nextFrame().then(nextFrame);
    found.push(...look());
    if (reveal.isLastSlide() && !reveal.availableFragments().next) break;
    reveal.next();
  }
  return [...new Set(found)];
}

const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
const parentOf = (e) => e.parentElement ?? e.getRootNode().host;
function groundOf(e) {
  for (let at = e; at; at = parentOf(at)) {
    const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
    if (a > 0.99) return [r, g, b];
  }
  return [255, 255, 255];
}

/** Texts of the whole page that stand out too little from what is behind them. */
function pale(least) {
  const texts = everyOf(document.body).filter(
    (e) => !e.closest('style, aside.notes, textarea, script, title, #contents[hidden], #deck[hidden]') && !e.disabled && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ''),
  );
  return texts.flatMap((e) => {
    const style = getComputedStyle(e);
    const [a, b] = [light(numbers(e.closest('svg') ? style.fill : style.color)), light(groundOf(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return ratio < least ? [ratio.toFixed(1) + ' ' + nameOf(e)] : [];
  });
}

/** Puts a scene over the current slide, and waits until it has run. */
function addScene(name, attributes = {}) {
  const scene = document.createElement('space-time');
  for (const [key, value] of Object.entries({ scene: name, ...attributes })) scene.setAttribute(key, value);
  scene.style.cssText = 'position: absolute; inset: 40px; z-index: 9; background: var(--ground)';
  const ran = nextRun(scene);
  reveal.getCurrentSlide().append(scene);
  return ran;
}

function nextRun(scene) {
  return new Promise((resolve) => scene.addEventListener('ran', () => resolve(scene), { once: true }));
}
`;
