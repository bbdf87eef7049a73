import { mistakes } from '#harness';

export default mistakes({
  // ── Operations that should wait for nobody ───────────────────────────────────────────────────
  'asks a majority for a local read': {
    edit: [
      '    this.respond(this.held().value);\n',
      '    this.ask(() => this.respond(this.held().value));\n',
    ],
    breaks: 'local-read',
    lesson:
      'Whoever asks can be cut off from whom it asks. The local read is there for just that case.',
  },
  'tells only the others': {
    edit: [
      '    this.tell({ version: this.above(this.held().version), value }, () => {});\n',
      `    const version = this.above(this.held().version);
    for (const peer of this.peers) this.send(peer, { type: 'store', request: 0, version, value });
`,
    ],
    breaks: 'async-write',
    lesson: 'A node is one of the replicas. Its own client should find what it has just written.',
  },
  'tells nobody': {
    edit: [
      '    this.tell({ version: this.above(this.held().version), value }, () => {});\n',
      '    this.keep({ version: this.above(this.held().version), value });\n',
    ],
    breaks: 'async-write',
    lesson: 'Asynchronous means later, not never: the others should hear of it, if they can.',
  },
  'waits for one more node': {
    edit: [
      '    this.tell({ version: this.above(this.held().version), value }, () => {});\n    this.respond();\n',
      `    this.tell({ version: this.above(this.held().version), value }, () => {});
    this.onReplies = () => this.respond();
    if (this.peers.length === 0) this.respond();
`,
    ],
    breaks: 'async-write',
    lesson: 'One acknowledgement is a round trip, and while the node is alone it never comes.',
  },
  'gives an asynchronous write the version that is here': {
    edit: [
      'this.tell({ version: this.above(this.held().version), value }, () => {})',
      'this.tell({ version: { ...this.held().version, writer: this.id }, value }, () => {})',
    ],
    breaks: 'async-write',
    lesson: 'What is not newer is not kept. A write has to go above all that its node has seen.',
  },
  'takes the version from the clock': {
    edit: [
      'this.tell({ version: this.above(this.held().version), value }, () => {})',
      'this.tell({ version: { counter: this.now(), writer: this.id }, value }, () => {})',
    ],
    breaks: 'async-write',
    lesson:
      'Clocks differ. Whoever has the slow one writes into the past, and reads its own write no more.',
  },
  'leaves its name out of the version': {
    edit: [
      'this.tell({ version: this.above(this.held().version), value }, () => {})',
      `this.tell({ version: { ...this.above(this.held().version), writer: 'somebody' }, value }, () => {})`,
    ],
    breaks: 'async-write',
    lesson:
      'Two nodes that are cut apart count alike. The name decides; without it each side keeps its own value, for good.',
  },
  'keeps what it writes in memory': {
    edit: [
      "    this.disk.write('register', { version, value });\n    this.disk.flush();\n",
      "    this.disk.write('register', { version, value });\n",
    ],
    breaks: 'async-write',
    lesson: 'What is answered has to be on disk: after a crash the node is all that has it.',
  },
  'counts up the version that is here': {
    edit: [
      'this.tell({ version: this.above(this.held().version), value }, () => {})',
      `const { counter, writer } = this.held().version;
    const version = { counter: counter + 1, writer: counter === 0 ? this.id : writer };
    this.tell({ version, value }, () => {})`,
    ],
    breaks: 'async-write',
    lesson: 'The name in it is that of the last writer. Whoever writes puts its own there.',
  },
  'does not tell what it has already': {
    edit: [
      '    this.tell({ version: this.above(this.held().version), value }, () => {});\n',
      `    if (value !== this.held().value)
      this.tell({ version: this.above(this.held().version), value }, () => {});
`,
    ],
    breaks: 'async-write',
    lesson:
      'It is here; whether it is anywhere else nobody knows. To write it again is to tell it again.',
  },
  'counts its versions in memory': {
    edit: [
      [
        'this.tell({ version: this.above(this.held().version), value }, () => {});',
        'this.tell({ version: { counter: ++this.counter, writer: this.id }, value }, () => {});',
      ],
      ['  busy = false;\n', '  busy = false;\n  counter = 0;\n'],
      [
        '        this.keep(message);\n',
        '        this.counter = Math.max(this.counter, message.version.counter);\n        this.keep(message);\n',
      ],
    ],
    breaks: 'async-write',
    lesson:
      'After a restart it counts from 1 again, and what it writes is older than what it has. The count is on disk, in the version.',
  },

  // ── Operations that should wait for a majority ───────────────────────────────────────────────
  'responds with what is here after asking a majority': {
    edit: [
      'this.ask((latest) => this.respond(latest.value));',
      'this.ask(() => this.respond(this.held().value));',
    ],
    breaks: 'quorum-waits',
    lesson: 'The newest may be anywhere in the majority. Asking is for that.',
  },
  'reads here if there is something here': {
    edit: [
      '    this.ask((latest) => this.respond(latest.value));\n',
      `    const { version, value } = this.held();
    if (version.counter > 0) return this.respond(value);
    this.ask((latest) => this.respond(latest.value));
`,
    ],
    breaks: 'quorum-waits',
    lesson: 'This is a cache, and nobody tells it when it is out of date.',
  },
  'does not ask before it writes': {
    edit: [
      `    this.ask((latest) => {
      this.tell({ version: this.above(latest.version), value }, () => this.respond());
    });
`,
      '    this.tell({ version: this.above(this.held().version), value }, () => this.respond());\n',
    ],
    breaks: 'quorum-waits',
    lesson:
      'A version above what is here may still be below what others have. Then the write is done, and gone.',
  },
  'responds to a write when it has asked': {
    edit: [
      'this.tell({ version: this.above(latest.version), value }, () => this.respond());',
      'this.tell({ version: this.above(latest.version), value }, () => {});\n      this.respond();',
    ],
    breaks: 'quorum-waits',
    lesson:
      'It has heard what a majority had, not that a majority has this. Wait for the second half, too.',
  },
  'takes half of the nodes for a majority': {
    edit: ['return Math.floor(n / 2) + 1;', 'return Math.ceil(n / 2);'],
    breaks: 'quorum-waits',
    lesson: 'Of four nodes cut in half, both halves would go on, each for itself.',
  },
  'waits for everybody': {
    edit: ['return Math.floor(n / 2) + 1;', 'return n;'],
    breaks: 'quorum-waits',
    lesson: 'Then one node that is cut off silences all the others.',
  },
  'takes any reply for one to this question': {
    edit: ["case 'fetched':\n        if (request !== this.request) return;", "case 'fetched':"],
    breaks: 'quorum-waits',
    lesson:
      'It says what was there when another question was asked. Replies carry a number for that.',
  },
  'takes any acknowledgement for one of this write': {
    edit: ["case 'stored':\n        if (request !== this.request) return;", "case 'stored':"],
    breaks: 'quorum-waits',
    lesson: 'That node has the write before. Whether it has this one nobody has said.',
  },
  'numbers its questions from 1 again after a restart': {
    edit: ['this.request = restarts * 1_000_000;', 'this.request = 0;'],
    breaks: 'quorum-waits',
    lesson: 'Replies to the questions of an earlier life may still be on their way.',
  },
  'does not make sure how often it has started': {
    edit: [
      "    this.disk.write('restarts', restarts);\n    this.disk.flush();\n",
      "    this.disk.write('restarts', restarts);\n",
    ],
    breaks: 'quorum-waits',
    lesson: 'What was not flushed may be gone after a crash, and then the numbers come again.',
  },
  'takes the version of a quorum write from the clock': {
    edit: [
      'this.tell({ version: this.above(latest.version), value }, () => this.respond());',
      'this.tell({ version: { counter: this.now() + 0 * latest.version.counter, writer: this.id }, value }, () => this.respond());',
    ],
    breaks: 'quorum-waits',
    lesson:
      'It has asked what there is, and then looks at its clock. A clock that is behind writes into the past.',
  },
  'counts acknowledgements, not nodes': {
    edit: [
      ['  acks = new Set<ProcessId>();', '  acks = 0;'],
      ['this.acks = new Set([this.id]);', 'this.acks = 1;'],
      ['this.acks.add(from);', 'this.acks++;'],
      ['this.acks.size <', 'this.acks <'],
    ],
    breaks: 'quorum-waits',
    lesson: 'A message can come twice. A majority is made of nodes, not of messages.',
  },
  'counts replies, not nodes': {
    edit: [
      ['  replies = new Map<ProcessId, Versioned>();', '  replies: Versioned[] = [];'],
      ['this.replies = new Map([[this.id, this.held()]]);', 'this.replies = [this.held()];'],
      [
        'this.replies.set(from, { version: message.version, value: message.value });',
        'this.replies.push({ version: message.version, value: message.value });',
      ],
      ['this.replies.size <', 'this.replies.length <'],
      ['newest([...this.replies.values()])', 'newest(this.replies)'],
    ],
    breaks: 'quorum-waits',
    lesson: 'Who says it twice is still one node. Remember who has replied.',
  },
  'acknowledges before it is safe': {
    edit: [
      "    this.disk.write('register', { version, value });\n    this.disk.flush();\n",
      "    this.disk.write('register', { version, value });\n    if (version.writer === this.id) this.disk.flush();\n",
    ],
    breaks: 'quorum-waits',
    lesson:
      'The writer counts on those that have acknowledged. If they crash, a majority has nothing.',
  },
  'compares the versions of replies as text': {
    edit: [
      '(isNewer(reply.version, best.version) ? reply : best)',
      '(String(Object.values(reply.version)) > String(Object.values(best.version)) ? reply : best)',
    ],
    breaks: 'quorum-waits',
    lesson: 'As text, 9 is newer than 10. It shows only with the tenth write.',
  },
  'does not write what is there': {
    edit: [
      '      this.tell({ version: this.above(latest.version), value }, () => this.respond());\n',
      `      if (latest.value === value) return this.respond();
      this.tell({ version: this.above(latest.version), value }, () => this.respond());
`,
    ],
    breaks: 'quorum-waits',
    lesson: 'It is there on one node, and perhaps on no other. Done means that a majority has it.',
  },
  'compares the counters of two replies only': {
    edit: [
      '(isNewer(reply.version, best.version) ? reply : best)',
      '(reply.version.counter > best.version.counter ? reply : best)',
    ],
    breaks: 'quorum-waits',
    lesson: 'Of two versions with the same counter one is newer, too: the greater name decides.',
  },
  'does not write back': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      'this.ask((latest) => this.respond(latest.value));',
    ],
    breaks: 'new-old-inversion',
    lesson:
      'A quorum read is not linearizable (exercise 03): the next one may miss what this one found.',
  },
  'keeps what it has read, and does not tell': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      this.keep(latest);
      this.respond(latest.value);
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'One node more has it. With three that is a majority, with five it is not.',
  },
  'writes back, and does not wait': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      this.tell(latest, () => {});
      this.respond(latest.value);
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'What is on its way is not there yet. The next reader does not wait for it.',
  },
  'writes back with a version of its own': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      const told = { ...latest, version: this.above(latest.version) };
      this.tell(told, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'A read makes no version: with a newer one the old value overwrites what is being written.',
  },
  'asks twice instead of telling': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      'this.ask(() => this.ask((latest) => this.respond(latest.value)));',
    ],
    breaks: 'new-old-inversion',
    lesson: 'To ask again makes nobody know. What was on one node is still on one node.',
  },
  'skips the write-back when two agree': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      const agree = [...this.replies.values()].filter(({ version }) => !isNewer(latest.version, version));
      if (agree.length >= 2) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'Two of three are a majority, two of five are not.',
  },
  'skips the write-back of what it has itself': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      if (!isNewer(latest.version, this.held().version)) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'That this node has it is no news to it. Whether a majority has it is the question, and it may be the only one.',
  },
  'skips the write-back of what it wrote itself': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      if (latest.version.writer === this.id) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'The write may have been given up. Then nobody else has what it wrote.',
  },
  'skips the write-back when a majority has the same counter': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      const have = [...this.replies.values()].filter(
        ({ version }) => version.counter === latest.version.counter,
      );
      if (have.length >= majority(this.everyone.length)) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Two nodes that write at once count alike. That many have a version so high does not mean that they have this one.',
  },
  'skips the write-back when the values agree': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      const agree = [...this.replies.values()].every(({ value }) => value === latest.value);
      if (agree) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'The same value may have been written twice, with another one in between. Only versions say whether it is the same write.',
  },
  'skips the write-back of an empty value': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      `this.ask((latest) => {
      if (!latest.value) return this.respond(latest.value);
      this.tell(latest, () => this.respond(latest.value));
    });`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      '0, an empty text, false and null are values. The next reader may miss them like any other.',
  },
  'responds with what is here after writing back': {
    edit: [
      'this.ask((latest) => this.tell(latest, () => this.respond(latest.value)));',
      'this.ask((latest) => this.tell(latest, () => this.respond(this.held().value)));',
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Something newer may have come here meanwhile. A majority has what was told, and of the newer one nobody knows.',
  },
  'leaves its name out of the version of a quorum write': {
    edit: [
      'this.tell({ version: this.above(latest.version), value }, () => this.respond());',
      `this.tell({ version: { ...this.above(latest.version), writer: 'somebody' }, value }, () => this.respond());`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Two writes at once then have one version, and each node keeps the one that came first.',
  },
  'takes the name in the latest version for its own': {
    edit: [
      'this.tell({ version: this.above(latest.version), value }, () => this.respond());',
      `const { counter, writer } = latest.version;
      const version = { counter: counter + 1, writer: counter === 0 ? this.id : writer };
      this.tell({ version, value }, () => this.respond());`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Whoever writes puts its own name in. Two that copy the name they found make one version for two values.',
  },
  'tells only as many as it needs': {
    edit: [
      'this.tell({ version: this.above(this.held().version), value }, () => {});',
      `const version = this.above(this.held().version);
    this.keep({ version, value });
    for (const peer of this.peers.slice(0, majority(this.everyone.length) - 1)) {
      this.send(peer, { type: 'store', request: 0, version, value });
    }`,
    ],
    breaks: 'async-write',
    lesson: 'A local read asks one node, which may be any. All have to hear of it.',
  },
  'is done with a write when time is up': {
    edit: [
      `if (timer === 'operation' && this.busy) this.end('gives up', { gaveUp: true });`,
      `if (timer !== 'operation' || !this.busy) return;
    if (this.acks.has(this.id)) return this.respond();
    this.end('gives up', { gaveUp: true });`,
    ],
    breaks: 'cap',
    lesson: 'It is kept here, and perhaps nowhere else. Done means that nobody can miss it.',
  },
  'answers what it has when time is up': {
    edit: [
      `if (timer === 'operation' && this.busy) this.end('gives up', { gaveUp: true });`,
      `if (timer === 'operation' && this.busy) this.respond(this.held().value);`,
    ],
    breaks: 'cap',
    lesson:
      'It looks like grace, and makes a local read of an atomic one, when it matters most. Either say nothing, or promise less.',
  },
  'goes on with what it has when it hears from nobody': {
    edit: [
      `if (timer === 'operation' && this.busy) this.end('gives up', { gaveUp: true });`,
      `if (timer !== 'operation' || !this.busy) return;
    if (this.replies.size === 1) return this.respond(this.held().value);
    this.end('gives up', { gaveUp: true });`,
    ],
    breaks: 'cap',
    lesson:
      'Who hears from nobody cannot tell a cut from a crash of all the others, who go on writing.',
  },
  'reads what it has when time is up': {
    edit: [
      [
        '    this.ask((latest) => this.respond(latest.value));\n',
        '    this.reading = true;\n    this.ask((latest) => this.respond(latest.value));\n',
      ],
      ['  busy = false;\n', '  busy = false;\n  reading = false;\n'],
      [
        '  end(text: string, about: object): void {\n',
        '  end(text: string, about: object): void {\n    this.reading = false;\n',
      ],
      [
        `if (timer === 'operation' && this.busy) this.end('gives up', { gaveUp: true });`,
        `if (timer !== 'operation' || !this.busy) return;
    if (this.reading) return this.respond(this.held().value);
    this.end('gives up', { gaveUp: true });`,
      ],
    ],
    breaks: 'cap',
    lesson:
      'A quorum read that falls back on a local one is a local read, and its client cannot tell which of the two it got.',
  },
  'reads nothing when time is nearly up': {
    edit: [
      [
        '    this.ask((latest) => this.respond(latest.value));\n',
        `    this.setTimer('fallback', 190);
    this.ask((latest) => {
      this.cancelTimer('fallback');
      this.respond(latest.value);
    });
`,
      ],
      [
        '  override timeout(timer: string): void {\n',
        `  override timeout(timer: string): void {
    if (timer === 'fallback') return this.respond(null);
`,
      ],
    ],
    breaks: 'cap',
    lesson:
      'null is a value: it says that nobody has written. Who hears from nobody does not know that.',
  },
  'never gives up': {
    edit: ["    this.setTimer('operation', operationTimeoutMs);\n", ''],
    breaks: 'answers-again',
    lesson:
      'What was lost in the cut is not sent again when it is mended. The node waits for it for ever, and answers nothing else.',
  },
  'stays busy when time is up': {
    edit: [`this.end('gives up', { gaveUp: true });`, `this.note('gives up', { gaveUp: true });`],
    breaks: 'answers-again',
    lesson:
      'An operation that is given up has to make room, or the node is silent long after the cut.',
  },

  // ── Times ────────────────────────────────────────────────────────────────────────────────────
  'takes the mean': {
    edit: [
      'return sorted[rank - 1] ?? null;',
      'if (percent > 0) return sorted.length === 0 ? null : sorted.reduce((a, b) => a + b) / sorted.length;\n  return sorted[rank - 1] ?? null;',
    ],
    breaks: 'percentile',
    lesson:
      'Nobody waits for the mean. One slow answer in a hundred hardly moves it, and is what people complain about.',
  },
  'takes the slowest for the 99th percentile': {
    edit: [
      'const rank = Math.ceil((percent * times.length) / 100);',
      'const rank = percent === 99 ? times.length : Math.ceil((percent * times.length) / 100);',
    ],
    breaks: 'percentile',
    lesson:
      'The slowest is the 100th. With a hundred times or more the 99th percentile is another one.',
  },
  'sorts the times as texts': {
    edit: ['times.toSorted((a, b) => a - b)', '(times as number[]).toSorted()'],
    breaks: 'percentile',
    lesson: 'Unless told otherwise JavaScript sorts as text, and 1000 comes before 9.',
  },
  'does not sort': {
    edit: ['times.toSorted((a, b) => a - b)', '[...times]'],
    breaks: 'percentile',
    lesson: 'A rank is a place in the order of the times, not in the order in which they came.',
  },
  'takes the middle of two for the median': {
    edit: [
      '  return sorted[rank - 1] ?? null;',
      `  const [low, high] = [sorted[rank - 1], sorted[rank]];
  if (percent === 50 && times.length % 2 === 0 && low !== undefined && high !== undefined) {
    return (low + high) / 2;
  }
  return sorted[rank - 1] ?? null;`,
    ],
    breaks: 'percentile',
    lesson:
      'There are many definitions, and this is another one. By nearest rank the result is a time that somebody waited; and half of never is never.',
  },
  'rounds the rank down': {
    edit: [
      'Math.ceil((percent * times.length) / 100)',
      'Math.floor((percent * times.length) / 100)',
    ],
    breaks: 'percentile',
    lesson:
      'Then fewer than the half, or than 99 in 100, were as fast. Of one time there would be no rank at all.',
  },
  'is off by one': {
    edit: ['sorted[rank - 1]', 'sorted[rank]'],
    breaks: 'percentile',
    lesson: 'Ranks begin at 1, places in an array at 0.',
  },
  'says 0 when there is nothing': {
    edit: ['sorted[rank - 1] ?? null', 'sorted[rank - 1] ?? 0'],
    breaks: 'percentile',
    lesson: 'Nothing was asked, so nothing was fast. In a table 0 ms looks splendid.',
  },

  // ── What counts ──────────────────────────────────────────────────────────────────────────────
  'drops the time-outs from the count': {
    edit: ['asked: operations.length,', 'asked: times.filter((ms) => ms < Infinity).length,'],
    breaks: 'time-out-counts',
    lesson:
      'Then everything that was asked was answered, always. Availability is about those who got nothing.',
  },
  'drops the time-outs from the times': {
    edit: [
      'const times = operations.map(',
      'const times = operations.filter((each) => each.respondedAt !== undefined).map(',
    ],
    breaks: 'time-out-counts',
    lesson:
      'The slowest operations are those that never ended. Without them the worst network has the best percentiles.',
  },
  'takes the time-out for a time': {
    edit: ['respondedAt = Infinity })', 'respondedAt = invokedAt + operationTimeoutMs })'],
    breaks: 'time-out-counts',
    lesson:
      'After 200 ms somebody stopped waiting. That is not an answer, and not how long one takes.',
  },
  'takes a late answer for none': {
    edit: [
      '({ invokedAt, respondedAt = Infinity }): number => respondedAt - invokedAt,',
      '({ invokedAt, respondedAt = Infinity }): number => respondedAt - invokedAt > operationTimeoutMs ? Infinity : respondedAt - invokedAt,',
    ],
    breaks: 'time-out-counts',
    lesson:
      'Clocks run fast and slow, and 250 ms is a time. What was not answered is what has no answer.',
  },
  'takes an answer at 0 ms for none': {
    edit: [
      `({ invokedAt, respondedAt = Infinity }): number => respondedAt - invokedAt,`,
      `({ invokedAt, respondedAt }): number => (respondedAt || Infinity) - invokedAt,`,
    ],
    breaks: 'time-out-counts',
    lesson: '0 is a time. Ask whether it is undefined.',
  },
  'takes a result that is nothing for no answer': {
    edit: [
      `({ invokedAt, respondedAt = Infinity }): number => respondedAt - invokedAt,`,
      `({ invokedAt, respondedAt = Infinity, result }): number => result ? respondedAt - invokedAt : Infinity,`,
    ],
    breaks: 'time-out-counts',
    lesson:
      'A write returns nothing, and a read may return null. That an answer came is told by its time.',
  },
  'takes the moment of the answer for its time': {
    edit: ['respondedAt - invokedAt,', 'respondedAt,'],
    breaks: 'time-out-counts',
    lesson: 'A time is from the question to the answer, not from the beginning of the run.',
  },
  'counts a time-out as an answer': {
    edit: ['answered: times.filter((ms) => ms < Infinity).length,', 'answered: times.length,'],
    breaks: 'time-out-counts',
    lesson: 'The client got something: bad news. CAP asks for a response, not for an error.',
  },
  'is available if most is answered': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      'available: rows.every(({ asked, answered }) => 2 * answered >= asked),',
    ],
    breaks: 'time-out-counts',
    lesson:
      'The word of the theorem means every request. Percentages are in the rows; use these for anything else.',
  },
  'is available if 95 in 100 are answered': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      'available: rows.every(({ asked, answered }) => answered >= 0.95 * asked),',
    ],
    breaks: 'time-out-counts',
    lesson: 'That is a service level, and a fine one. The theorem speaks of every request.',
  },
  'is available if the 99th percentile is': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      'available: rows.every(({ p99Ms }) => p99Ms !== Infinity),',
    ],
    breaks: 'time-out-counts',
    lesson: 'One in two hundred was never answered, and the 99th percentile does not show it.',
  },
  'is available if anything is answered': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      'available: rows.some(({ answered }) => answered > 0),',
    ],
    breaks: 'cap',
    lesson: 'Some node always answers. The theorem is about all that have not failed.',
  },
  'counts only one side': {
    edit: [
      'const rows = run.sides.flatMap((side) =>',
      'const rows = run.sides.slice(0, 1).flatMap((side) =>',
    ],
    breaks: 'both-sides',
    lesson: 'From one side everything may look well. The cut is between two.',
  },
  'asks only the reads whether it is available': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      `available: rows.every(({ op, asked, answered }) => op === 'write' || answered === asked),`,
    ],
    breaks: 'cap',
    lesson: 'In mode `mixed` all reads are answered, and on one side not a single write.',
  },
  'takes the end of the run for healthy': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      `available: rows.every(({ phase, asked, answered }) => phase === 'after' || answered === asked),`,
    ],
    breaks: 'both-sides',
    lesson: 'A node that stays silent after the cut has outlived its excuse.',
  },
  'asks only the side with a majority whether it is available': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      `available: rows.every(({ side, asked, answered }) =>
      2 * side.length <= run.sides.flat().length || answered === asked),`,
    ],
    breaks: 'both-sides',
    lesson:
      'For most of the nodes it is available, and for some clients it is gone. The theorem speaks of every node that has not failed.',
  },
  'asks only the answers of the cut whether it is available': {
    edit: [
      'available: rows.every(({ asked, answered }) => answered === asked),',
      `available: rows.every(({ phase, asked, answered }) => phase !== 'during' || answered === asked),`,
    ],
    breaks: 'both-sides',
    lesson: 'What was asked shortly before the cut runs into it. It counts, too.',
  },
  'adds the sides up': {
    edit: ['(each) => side.includes(each.client) && phaseOf', '(each) => phaseOf'],
    breaks: 'both-sides',
    lesson: 'Three in five were answered, on average: all of these here, and none of those there.',
  },
  'counts an operation where it ended': {
    edit: [
      `({ invokedAt }: Operation, { cutAtMs, healedAtMs }: Run): Phase {`,
      `({ invokedAt: began, respondedAt: invokedAt = began }: Operation, { cutAtMs, healedAtMs }: Run): Phase {`,
    ],
    breaks: 'both-sides',
    lesson: 'Not every operation ends. Each begins, and then the client decided to ask.',
  },
  'takes the moment of the cut for before': {
    edit: [
      "if (invokedAt < cutAtMs) return 'before';",
      "if (invokedAt <= cutAtMs) return 'before';",
    ],
    breaks: 'both-sides',
    lesson: 'From that moment on nothing gets through.',
  },
  'takes the moment of healing for the cut': {
    edit: ["invokedAt < healedAtMs ? 'during'", "invokedAt <= healedAtMs ? 'during'"],
    breaks: 'both-sides',
    lesson: 'From that moment on everything gets through.',
  },
  'blames nodes for having failed': {
    edit: [
      'const working = history.filter(({ client }) => !run.failed.includes(client));',
      'const working = history;',
    ],
    breaks: 'both-sides',
    lesson:
      'Nobody can answer who is down. The theorem asks it of the nodes that have not failed, only.',
  },
  'excuses one node only': {
    edit: ['!run.failed.includes(client)', 'client !== run.failed[0]'],
    breaks: 'both-sides',
    lesson: 'Several nodes may have failed. None of them can answer.',
  },
  'takes a cut at 0 ms for none': {
    edit: [
      "if (invokedAt < cutAtMs) return 'before';",
      "if (!cutAtMs || invokedAt < cutAtMs) return 'before';",
    ],
    breaks: 'both-sides',
    lesson: '0 ms is a time. A run without a cut has one at Infinity.',
  },
  'leaves out the rows in which nothing was asked': {
    edit: [
      '  return {\n    rows,\n',
      '  return {\n    rows: rows.filter(({ asked }) => asked > 0),\n',
    ],
    breaks: 'both-sides',
    lesson: 'That nobody asked is worth knowing: otherwise silence looks like health.',
  },

  // ── Linearizable or not ──────────────────────────────────────────────────────────────────────
  'takes a quorum for linearizable': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: run.mode === 'quorum' || run.mode === 'atomic',`,
    ],
    breaks: 'measured',
    lesson:
      'Quorum reads can contradict each other (exercise 03). What a mode is called proves nothing.',
  },
  'takes local for not linearizable': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: run.mode !== 'local' && isLinearizable(history),`,
    ],
    breaks: 'measured',
    lesson: 'A run is linearizable or not, whatever made it. A calm one may well be.',
  },
  'judges each side by itself': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: run.sides.every((side) =>
      isLinearizable(history.filter(({ client }) => side.includes(client)))),`,
    ],
    breaks: 'measured',
    lesson: 'Each half of a split brain agrees with itself. That is the trouble with it.',
  },
  'judges each phase by itself': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: phases.every((phase) =>
      isLinearizable(history.filter((each) => phaseOf(each, run) === phase))),`,
    ],
    breaks: 'measured',
    lesson: 'A register remembers. What was written before the cut is what should be read in it.',
  },
  'judges only the cut': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: isLinearizable(history.filter((each) => phaseOf(each, run) !== 'after')),`,
    ],
    breaks: 'measured',
    lesson: 'Many a contradiction shows only when the sides meet again.',
  },
  'takes a run without a cut for linearizable': {
    edit: [
      'linearizable: isLinearizable(history),',
      'linearizable: run.cutAtMs === Infinity || isLinearizable(history),',
    ],
    breaks: 'measured',
    lesson: 'Whole networks are slow, and messages overtake each other. Read it off the history.',
  },
  'judges only the beginning': {
    edit: [
      'linearizable: isLinearizable(history),',
      'linearizable: isLinearizable(history.slice(0, 100)),',
    ],
    breaks: 'measured',
    lesson: 'A hundred operations that agree prove nothing about the next one.',
  },
  'judges only what was answered': {
    edit: [
      'linearizable: isLinearizable(history),',
      'linearizable: isLinearizable(history.filter((each) => each.respondedAt !== undefined)),',
    ],
    breaks: 'measured',
    lesson:
      'A write that timed out may have happened. Without it nobody knows where its value came from.',
  },
  'judges only the nodes that did not fail': {
    edit: ['linearizable: isLinearizable(history),', 'linearizable: isLinearizable(working),'],
    breaks: 'measured',
    lesson: 'A node that fails is excused from answering. What it wrote before stays written.',
  },
  'judges only the reads': {
    edit: [
      'linearizable: isLinearizable(history),',
      `linearizable: isLinearizable(history.filter(({ op }) => op === 'write')),`,
    ],
    breaks: 'measured',
    lesson: 'Writes alone never contradict each other, for they return nothing.',
  },

  // ── What it costs ────────────────────────────────────────────────────────────────────────────
  'trusts what it heard a while ago': {
    edit: [
      '    this.ask((latest) => this.respond(latest.value));\n',
      `    if (this.acks.size > 1 || this.replies.size > 1) return this.respond(this.held().value);
    this.ask((latest) => this.respond(latest.value));
`,
    ],
    breaks: 'pacelc',
    lesson:
      'A majority that agreed a moment ago may have gone on since. Whoever reads without asking pays nothing, and gets what that is worth.',
  },
  'asks only the first time': {
    edit: [
      '    this.ask((latest) => {\n',
      `    if (this.held().version.writer === this.id) {
      this.tell({ version: this.above(this.held().version), value }, () => {});
      return this.respond();
    }
    this.ask((latest) => {
`,
    ],
    breaks: 'pacelc',
    lesson: 'That one was the last to write does not make one the only one to write now.',
  },
});
