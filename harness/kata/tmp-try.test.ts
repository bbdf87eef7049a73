import { existsSync, readFileSync } from 'node:fs';
import { test } from 'vitest';
import { appendFileSync } from 'node:fs';
import { running } from '../world/rules.ts';
import { collect } from '../guarantee/guarantee.ts';
import { judge } from '../guarantee/judge.ts';

// Reads /tmp/try.json: { exercise, name, from?: folder[], mistakes?: true|name[], stories?: bool }
const job = JSON.parse(readFileSync(process.env.TRY ?? '/tmp/try.json', 'utf8'));
const root = '/work/main';

async function run(label: string, query: string, breaks: string | undefined, stories: boolean) {
  const path = `${root}/exercises/${job.exercise}/${job.name}.test.ts${query}`;
  const guarantees = await collect(() => import(/* @vite-ignore */ path));
  const began = performance.now();
  const sum = guarantees.reduce((s, g) => s + g.points, 0);
  const outcomes = guarantees.map((g) => judge(g, job.options ?? {}));
  const ms = Math.round(performance.now() - began);
  appendFileSync('/tmp/dbg', `${label} handler='${running.handler}'\n`);
  const row = outcomes.map((o) => `${o.id}=${o.verdict}`).filter((t) => !t.endsWith('holds'));
  console.log(
    `\n=== ${label}  (${ms} ms, points of ${sum})  ${row.length === 0 ? 'ALL HOLD' : row.join(' ')}`,
  );
  for (const o of outcomes) {
    const named = o.id === breaks;
    if (job.covers && o.runs > 1)
      console.log(`   ${o.id} runs ${o.runs} ${o.ms} ms covered ${JSON.stringify(o.covered)}`);
    if (named)
      console.log(
        `   ${o.verdict === 'violated' ? 'CAUGHT' : 'NOT CAUGHT'} by ${o.id}: runs ${o.runs} shrunk ${JSON.stringify(o.shrunk)} lines ${o.story.split('\n').length} ${o.ms} ms`,
      );
    if (stories && o.verdict !== 'holds' && (job.all || named || breaks === undefined))
      console.log(o.story + '\n');
  }
  if (breaks !== undefined && !outcomes.some((o) => o.id === breaks))
    console.log('   NO SUCH GUARANTEE ' + breaks);
}

test('try', { timeout: 600_000 }, async () => {
  if (job.solution) await run('solution', '?from=solutions', undefined, true);
  if (job.stub) await run('stub', '', undefined, job.stories);
  for (const from of job.from ?? [])
    await run(from, `?from=${encodeURIComponent(from)}`, undefined, job.stories);
  const file = `${root}/solutions/${job.exercise}/mistakes.ts`;
  if (job.mistakes && existsSync(file)) {
    const all = (await import(/* @vite-ignore */ file)).default;
    for (const [name, m] of Object.entries<any>(all)) {
      if (job.mistakes !== true && !job.mistakes.includes(name)) continue;
      const edits = typeof m.edit[0] === 'string' ? [m.edit] : m.edit;
      await run(
        name,
        `?${new URLSearchParams({ edit: JSON.stringify(edits) })}`,
        m.breaks,
        job.stories,
      );
    }
  }
});
