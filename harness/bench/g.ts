import { Process } from '/work/main/harness/world/process.ts';
import { Simulation } from '/work/main/harness/world/simulation.ts';
import { EventQueue } from '/work/main/harness/world/event-queue.ts';
class G extends Process<{ type: 'rumour'; hops: number }> {
  override start() {
    this.setTimer('gossip', 1 + Math.floor(this.random() * 100));
  }
  receive(m: { type: 'rumour'; hops: number }) {
    this.#n += m.hops;
  }
  #n = 0;
  override timeout() {
    const to = this.everyone[Math.floor(this.random() * this.everyone.length)]!;
    this.send(to, { type: 'rumour', hops: 1 });
    this.setTimer('gossip', 100);
  }
}
for (const n of [3, 100, 1000, 10000]) {
  for (let rep = 0; rep < 2; rep++) {
    const w = new Simulation({
      processes: Object.fromEntries(Array.from({ length: n }, (_, i) => ['p' + i, G])),
      maxEvents: 1e9,
      latencyMs: [5, 15],
    });
    const target = 400_000;
    const ms = Math.ceil((target / (n * 20)) * 1000);
    w.boot();
    const t0 = performance.now();
    w.runFor(ms);
    const dt = performance.now() - t0;
    const evs = w.trace.length;
    const d = ((n * ms) / 100) * 2;
    // bare
    const q = new EventQueue();
    const o = {};
    let now = 0;
    for (let i = 0; i < n; i++) q.push(i % 100, i);
    const k = Math.round(d);
    const t1 = performance.now();
    for (let i = 0; i < k; i++) {
      now = q.nextAt;
      q.pop();
      q.push(now + ((i * 7919) % 100) + 1, i);
    }
    const bt = performance.now() - t1;
    console.log(
      n,
      'events',
      d,
      'trace',
      evs,
      ((dt * 1e6) / d).toFixed(0) + 'ns/event',
      'bare',
      ((bt * 1e6) / k).toFixed(0) + 'ns',
      'fraction',
      (bt / dt).toFixed(2),
    );
  }
}
