import { mistakes } from '#harness';

export default mistakes({
  // ── What a read has to do before it responds ─────────────────────────────────────────────────
  'does not write back': {
    edit: ['    this.store(operation, latest);\n', '    this.respond(latest.value);\n'],
    breaks: 'new-old-inversion',
    lesson:
      'The value that it found may be on one replica only. The next read hears a majority without that one, and time seems to run backwards.',
  },
  'writes back later': {
    edit: [
      '    this.store(operation, latest);\n',
      '    this.store(operation, latest);\n    this.respond(latest.value);\n',
    ],
    breaks: 'new-old-inversion',
    lesson:
      'A repair that nobody waits for is late when it matters: the next read may begin before it has arrived anywhere.',
  },
  'writes back to those that are behind, and does not wait': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const { request } = operation;
    for (const [replica, reply] of this.replies) {
      if (!isNewer(latest.version, reply.version)) continue;
      this.send(replica, { type: 'store', request, ...latest });
    }
    this.respond(latest.value);
`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'This is the read repair of exercise 02. It helps the replicas, not the next reader.',
  },
  'is content with one acknowledgement of what it read': {
    edit: [
      'if (this.acks.size >= majority(this.everyone.length))',
      `if (this.acks.size >= (this.operation.op === 'read' ? 1 : majority(this.everyone.length)))`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'The first to acknowledge may be the one that had it already. A majority has to have it, so that no other majority can miss it.',
  },
  'repairs one of those that are behind, and is content with that': {
    edit: [
      [
        '    this.store(operation, latest);\n',
        `    const behind = [...this.replies].filter(([, { version }]) => isNewer(latest.version, version));
    this.acks.clear();
    this.told = latest;
    for (const [replica] of behind) {
      this.send(replica, { type: 'store', request: operation.request, ...latest });
    }
    if (behind.length === 0) this.respond(latest.value);
`,
      ],
      [
        'if (this.acks.size >= majority(this.everyone.length))',
        `if (this.acks.size >= (this.operation.op === 'read' ? 1 : majority(this.everyone.length)))`,
      ],
    ],
    breaks: 'one-ack-is-too-few',
    lesson:
      'With three replicas two have it then, and two are a majority. With five it takes three, and one acknowledgement is too few.',
  },
  'needs one acknowledgement fewer for a read, because one replica has it': {
    edit: [
      'if (this.acks.size >= majority(this.everyone.length))',
      `const one = this.operation.op === 'read' ? 1 : 0;
    if (this.acks.size >= majority(this.everyone.length) - one)`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'The acknowledgement may come from just that replica. Count names: those that agreed, and those that acknowledged.',
  },
  'responds when time is up': {
    edit: [
      `if (timer === 'operation') this.end(`,
      `if (timer === 'operation' && this.operation?.op === 'read' && this.told !== neverWritten) {
      return this.respond(this.told.value);
    }
    if (timer === 'operation') this.end(`,
    ],
    breaks: 'one-ack-is-too-few',
    lesson:
      'It knows the value, and cannot say it: the write-back has not reached a majority. No answer is better than one that is taken back.',
  },
  'writes back only if the replies differ by value': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const values = new Set([...this.replies.values()].map(({ value }) => value));
    if (values.size === 1) return this.respond(latest.value);
    this.store(operation, latest);
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Two values that look alike may come from two writes, with another one in between. Whether replicas agree is told by the versions.',
  },
  'skips the write-back when two agree': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const agree = [...this.replies.values()].filter(({ version }) => !isNewer(latest.version, version));
    if (agree.length >= 2) return this.respond(latest.value);
    this.store(operation, latest);
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Two of three are a majority, two of five are not. The write-back may be skipped when a whole majority has the version.',
  },
  'skips the write-back when most of those that replied agree': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const agree = [...this.replies.values()].filter(({ version }) => !isNewer(latest.version, version));
    if (2 * agree.length > this.replies.size) return this.respond(latest.value);
    this.store(operation, latest);
`,
    ],
    breaks: 'new-old-inversion',
    lesson: 'Most of a majority are no majority: two of the three that replied are two of five.',
  },
  'writes back under a new version': {
    edit: [
      '    this.store(operation, latest);\n',
      '    this.store(operation, { ...latest, version: this.above(latest.version) });\n',
    ],
    breaks: 'linearizable',
    lesson:
      'A read makes no version. An old value with a new version overwrites what was written while it read.',
  },
  'writes back under its own name': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const { counter } = latest.version;
    this.store(operation, { value: latest.value, version: { counter, writer: this.id } });
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'The name is half of the version. With a lesser one the replicas do not keep it, with a greater one it beats what was written at the same time.',
  },
  'writes back the first reply': {
    edit: [
      '    this.store(operation, latest);\n',
      '    const [first] = this.replies.values();\n    this.store(operation, { ...latest, version: first!.version });\n',
    ],
    breaks: 'new-old-inversion',
    lesson: 'Value and version belong together: with an older version nobody keeps the value.',
  },
  'returns its own reply instead of what it told': {
    edit: [
      'this.respond(this.told.value)',
      'this.respond([...this.replies.values()][0]?.value ?? null)',
    ],
    breaks: 'majority-read',
    lesson: 'What a majority has been told is what may be returned.',
  },

  'does not write back what it wrote itself': {
    edit: [
      '    this.store(operation, latest);\n',
      '    if (latest.version.writer === this.id) return this.respond(latest.value);\n    this.store(operation, latest);\n',
    ],
    breaks: 'new-old-inversion',
    lesson: 'Its own write may have been given up, and be on one replica only.',
  },
  'takes up what it hears while it writes back': {
    edit: [
      'if (this.replies.size >= quorum) return; // it has gone on already',
      `if (this.replies.size >= quorum) {
      if (operation.op === 'read' && isNewer(version, this.told.version)) {
        this.told = { version, value };
      }
      return;
    }`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'The acknowledgements that it counts are for what it told. What it hears after that nobody has acknowledged.',
  },

  'does not write back null': {
    edit: [
      '    this.store(operation, latest);\n',
      '    if (latest.value === null) return this.respond(null);\n    this.store(operation, latest);\n',
    ],
    breaks: 'new-old-inversion',
    lesson: 'Null may have been written. Whether anybody has written is told by the version.',
  },
  'does not write back what is empty': {
    edit: [
      '    this.store(operation, latest);\n',
      '    if (!latest.value) return this.respond(latest.value);\n    this.store(operation, latest);\n',
    ],
    breaks: 'new-old-inversion',
    lesson: `0, '', false and null are values like any other: who reads them has to write them back.`,
  },
  'skips the write-back when the replies agree in the counter': {
    edit: [
      '    this.store(operation, latest);\n',
      `    const { counter } = latest.version;
    const agree = [...this.replies.values()].every(({ version }) => version.counter === counter);
    if (agree) return this.respond(latest.value);
    this.store(operation, latest);
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Two clients that write at once find the same counter. A version is both: the counter and the name.',
  },
  'takes those that agree in the counter for acknowledgements': {
    edit: [
      '    this.store(operation, latest);\n',
      `    this.store(operation, latest);
    for (const [id, { version }] of this.replies) {
      if (version.counter === latest.version.counter) this.acks.add(id);
    }
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'Whoever replied with the latest version need not be told, that is right. But a version is both: the counter and the name.',
  },
  'skips the write-back up to the counter that it has told': {
    edit: [
      [
        '    this.store(operation, latest);\n',
        `    if (this.known >= latest.version.counter) return this.respond(latest.value);
    this.store(operation, latest);
`,
      ],
      ['  counter = 0;\n', '  counter = 0;\n  known = 0;\n'],
      [
        'if (this.acks.size >= majority(this.everyone.length)) this.respond(this.told.value);',
        `if (this.acks.size < majority(this.everyone.length)) return;
    this.known = this.told.version.counter;
    this.respond(this.told.value);`,
      ],
    ],
    breaks: 'new-old-inversion',
    lesson:
      'What a majority has acknowledged need not be told again. But another client may have written with the same counter.',
  },
  'returns its own write, whoever has it': {
    edit: [
      '    this.store(operation, latest);\n',
      `    if (this.counter > latest.version.counter) return this.respond(this.told.value);
    this.store(operation, latest);
`,
    ],
    breaks: 'new-old-inversion',
    lesson:
      'A write that was given up may be on no replica at all. What nobody else can find must not be returned.',
  },
  'tells only those that replied': {
    edit: [
      "    this.broadcast({ type: 'store', request, version, value });\n",
      `    for (const replica of this.replies.keys()) {
      this.send(replica, { type: 'store', request, version, value });
    }
`,
    ],
    breaks: 'ends-in-time',
    lesson:
      'One of them may be down by now. Any majority will do for the second phase, not only that of the first.',
  },
  'counts acknowledgements only of those that replied': {
    edit: ['    this.acks.add(from);\n', '    if (this.replies.has(from)) this.acks.add(from);\n'],
    breaks: 'ends-in-time',
    lesson:
      'One of them may be down by now. Any majority will do for the second phase, not only that of the first.',
  },

  // ── The first phase ──────────────────────────────────────────────────────────────────────────
  'asks one replica': {
    edit: ['const quorum = majority(this.everyone.length);', 'const quorum = 1;'],
    breaks: 'majority-read',
    lesson: 'One replica may have missed the write. A majority has somebody who has not.',
  },
  'waits for all replies': {
    edit: [
      'const quorum = majority(this.everyone.length);',
      'const quorum = this.everyone.length;',
    ],
    breaks: 'majority-read',
    lesson: 'One replica that is down then stops everybody.',
  },
  'takes half for a majority': {
    edit: [
      'const quorum = majority(this.everyone.length);',
      'const quorum = Math.ceil(this.everyone.length / 2);',
    ],
    breaks: 'majority-read',
    lesson: 'Two of four and the other two have nobody in common.',
  },
  'takes the first reply': {
    edit: [
      'const latest = newest([...this.replies.values()]);',
      'const [latest = neverWritten] = this.replies.values();',
    ],
    breaks: 'majority-read',
    lesson: 'The fastest replica need not be up to date. The version decides.',
  },
  'takes the first of those with the highest counter': {
    edit: [
      'const latest = newest([...this.replies.values()]);',
      `const latest = [...this.replies.values()].reduce((best, reply) => {
      const [a, b] = [reply.version, best.version];
      return a.counter > b.counter ? reply : best;
    });`,
    ],
    breaks: 'majority-read',
    lesson:
      'Two writes may have the same counter. Then the name decides, and not who replied first.',
  },
  'takes the last of those with the highest counter': {
    edit: [
      'const latest = newest([...this.replies.values()]);',
      `const latest = [...this.replies.values()].reduce((best, reply) => {
      const [a, b] = [reply.version, best.version];
      return a.counter >= b.counter ? reply : best;
    });`,
    ],
    breaks: 'majority-read',
    lesson:
      'Two writes may have the same counter. Then the name decides, and not who replied last.',
  },
  'prefers the lesser name': {
    edit: [
      'const latest = newest([...this.replies.values()]);',
      `const latest = [...this.replies.values()].reduce((best, reply) => {
      const [a, b] = [reply.version, best.version];
      return a.counter > b.counter || (a.counter === b.counter && a.writer < b.writer) ? reply : best;
    });`,
    ],
    breaks: 'majority-read',
    lesson:
      'Replicas keep the version with the greater name. A reader that prefers the other one returns what the next write-back does not keep.',
  },
  'compares versions as text': {
    edit: [
      'const latest = newest([...this.replies.values()]);',
      `const latest = [...this.replies.values()].reduce((best, reply) => {
      const [a, b] = [reply.version, best.version];
      return \`\${a.counter}.\${a.writer}\` > \`\${b.counter}.\${b.writer}\` ? reply : best;
    });`,
    ],
    breaks: 'majority-read',
    lesson: 'As text 10 comes before 9: after the tenth write nobody finds the newest.',
  },
  'counts replies, not replicas': {
    edit: [
      'this.replies.set(from, { version, value });',
      'this.replies.set(from + this.replies.size, { version, value });',
    ],
    breaks: 'majority-read',
    lesson: 'A reply may arrive twice. Remember who replied, not how often.',
  },
  'counts replies to an earlier request': {
    edit: [
      `if (operation?.request !== request) return;
    const quorum`,
      `if (operation === undefined) return;
    const quorum`,
    ],
    breaks: 'majority-read',
    lesson: 'A late reply says how it was then.',
  },
  'forgets to begin each query anew': {
    edit: ['    this.replies.clear();\n', ''],
    breaks: 'majority-read',
    lesson: 'What the replicas replied to the last operation is out of date.',
  },
  'counts its writes for all clients at once': {
    edit: [
      ['  counter = 0;', '  static counter = 0;'],
      [
        'this.counter = Math.max(this.counter, latest.counter) + 1;\n    return { counter: this.counter,',
        'const all = AbdRegister;\n    all.counter = Math.max(all.counter, latest.counter) + 1;\n    return { counter: all.counter,',
      ],
    ],
    breaks: 'write-then-read',
    lesson:
      'What is static belongs to all clients at once, and no message brought it: clients on two machines cannot share a counter.',
  },
  'goes on again with every further reply': {
    edit: ['    if (this.replies.size >= quorum) return; // it has gone on already\n', ''],
    breaks: 'write-then-read',
    lesson:
      'A reply that comes late begins the second phase once more: a write gets a second version, and may overwrite what came after its first.',
  },
  'goes on with half of the replies, and again with a majority': {
    edit: [
      'if (this.replies.size < quorum) return;',
      'if (this.replies.size < Math.ceil(this.everyone.length / 2)) return;',
    ],
    breaks: 'write-then-read',
    lesson:
      'With four replicas it begins the second phase twice. A write has two versions then, and the second may overwrite what came after the first.',
  },
  'goes on whenever it has a majority': {
    edit: [
      `    if (this.replies.size >= quorum) return; // it has gone on already
    this.replies.set(from, { version, value });
    if (this.replies.size < quorum) return;`,
      `    this.replies.set(from, { version, value });
    if (this.replies.size !== quorum) return;`,
    ],
    breaks: 'write-then-read',
    lesson:
      'If the last reply comes twice it has a majority twice, and sends its value under a second version, above what was written meanwhile.',
  },
  'begins its second phase again when it hears of a newer version': {
    edit: [
      'if (this.replies.size >= quorum) return; // it has gone on already',
      `if (this.replies.size >= quorum) {
      if (operation.op === 'read' || !isNewer(version, this.told.version)) return;
      return this.store(operation, { ...this.told, version: this.above(version) });
    }`,
    ],
    breaks: 'write-then-read',
    lesson:
      'Somebody may have read it already, under its first version. Being overwritten at once is no failure: it came before.',
  },
  'returns what is empty as nothing': {
    edit: ['this.respond(this.told.value)', 'this.respond(this.told.value || null)'],
    breaks: 'majority-read',
    lesson: `0, '', false and null are values, and have to come back as they are.`,
  },

  // ── Writes ───────────────────────────────────────────────────────────────────────────────────
  'does not ask before it writes': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'this.counter + 1'],
    breaks: 'write-then-read',
    lesson:
      'Others have written. A version of its own counting may be below theirs, and the write is lost.',
  },
  'takes the time of day for a version': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'this.now()'],
    breaks: 'linearizable',
    lesson: 'A client whose clock is behind writes values that are older than what is there.',
  },
  'forgets the versions of writes that timed out': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'latest.counter + 1'],
    breaks: 'write-then-read',
    lesson:
      'The write that timed out may be on a replica that the next query does not hear. Its version is used up.',
  },
  'counts its requests instead of its versions': {
    edit: [
      'Math.max(this.counter, latest.counter) + 1',
      'Math.max(this.requests, latest.counter) + 1',
    ],
    breaks: 'write-then-read',
    lesson:
      'Where others have written more than it has asked, two of its writes get the same version if the first one times out.',
  },
  'goes on from the version that it told last': {
    edit: [
      'Math.max(this.counter, latest.counter) + 1',
      'Math.max(this.told.version.counter, latest.counter) + 1',
    ],
    breaks: 'write-then-read',
    lesson:
      'A read tells the version that it found, and with that the version of a write that timed out is forgotten.',
  },
  'counts on only if its name would not do': {
    edit: [
      'Math.max(this.counter, latest.counter) + 1',
      'Math.max(this.counter, latest.counter + (latest.writer < this.id ? 0 : 1))',
    ],
    breaks: 'write-then-read',
    lesson:
      'It is above the latest, but not above all that this client has used: a write that timed out may have had just that version.',
  },
  'takes the newest version as its own': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'Math.max(this.counter, latest.counter)'],
    breaks: 'write-then-read',
    lesson: 'The new value has to be newer than what is there.',
  },
  'asks before its first write only': {
    edit: [
      '    this.replies.clear();\n',
      `    this.replies.clear();
    const { operation } = this;
    if (operation?.op === 'write' && this.counter > 0) {
      const version = this.above({ counter: this.counter, writer: this.id });
      return this.store(operation, { version, value: operation.value });
    }
`,
    ],
    breaks: 'linearizable',
    lesson: 'Others may have written meanwhile. Every write asks.',
  },
  'does not write what is there already': {
    edit: [
      'else this.store(operation,',
      'else if (latest.value === operation.value) this.respond(latest.value);\n    else this.store(operation,',
    ],
    breaks: 'write-then-read',
    lesson: 'One replica has that value, maybe from a write that is still on its way.',
  },
  'is done when time is up': {
    edit: [
      `if (timer === 'operation') this.end(`,
      `if (timer === 'operation' && this.operation?.op === 'write') {
      return this.respond(this.operation.value);
    }
    if (timer === 'operation') this.end(`,
    ],
    breaks: 'one-ack-is-too-few',
    lesson: 'Nobody knows whether a majority has it: the write is pending.',
  },
  'leaves the name out of the version': {
    edit: ['writer: this.id }', `writer: 'client' }`],
    breaks: 'write-then-read',
    lesson:
      'Two clients that write at once find the same counter. With the same version each replica keeps what came first, and readers see now this, now that.',
  },
  'is done when one replica has it': {
    edit: ['this.acks.size >= majority(this.everyone.length)', 'this.acks.size >= 1'],
    breaks: 'write-then-read',
    lesson: 'A majority of the others does not find it.',
  },
  'is done when half of the replicas have it': {
    edit: [
      'this.acks.size >= majority(this.everyone.length)',
      '2 * this.acks.size >= this.everyone.length',
    ],
    breaks: 'write-then-read',
    lesson: 'Two of four and the other two have nobody in common.',
  },
  'is done when it has been sent': {
    edit: [
      `if (operation.op === 'read') this.writeBack(operation, latest);
    else this.store(operation, { version: this.above(latest.version), value: operation.value });`,
      `if (operation.op === 'read') return this.writeBack(operation, latest);
    this.store(operation, { version: this.above(latest.version), value: operation.value });
    this.respond(operation.value);`,
    ],
    breaks: 'write-then-read',
    lesson: 'Sent is not received.',
  },
  'waits for all acknowledgements': {
    edit: [
      'this.acks.size >= majority(this.everyone.length)',
      'this.acks.size >= this.everyone.length',
    ],
    breaks: 'ends-in-time',
    lesson: 'One replica that is down then stops everybody, readers included.',
  },
  'counts acknowledgements, not replicas': {
    edit: ['this.acks.add(from)', 'this.acks.add(from + this.acks.size)'],
    breaks: 'write-then-read',
    lesson: 'An acknowledgement may arrive twice.',
  },
  'counts acknowledgements of an earlier request': {
    edit: [
      'if (this.operation?.request !== request) return;\n    this.acks',
      'if (this.operation === undefined) return;\n    this.acks',
    ],
    breaks: 'write-then-read',
    lesson: 'Those acknowledge something older, maybe the write-back of a read.',
  },
  'forgets to begin each count anew': {
    edit: ['    this.acks.clear();\n', ''],
    breaks: 'write-then-read',
    lesson: 'Those who had the last value need not have this one.',
  },
  'begins to count anew only when an operation was done': {
    edit: [
      ['    this.acks.clear();\n', ''],
      [
        'this.respond(this.told.value)',
        '{\n      this.acks.clear();\n      this.respond(this.told.value);\n    }',
      ],
    ],
    breaks: 'one-ack-is-too-few',
    lesson: 'What was given up leaves acknowledgements behind, and they are of something older.',
  },
  'counts anew for writes only': {
    edit: [
      '    this.acks.clear();\n',
      `    if (this.operation?.op === 'write') this.acks.clear();\n`,
    ],
    breaks: 'one-ack-is-too-few',
    lesson:
      'A write-back needs a majority of its own: those who acknowledged the last operation have not heard of this one.',
  },
  'remembers what it read, and skips the write-back if it is the same': {
    edit: [
      ['  told: Versioned = neverWritten;', '  told: Versioned = neverWritten;\n  seen = 0;'],
      [
        '    this.store(operation, latest);\n',
        `    const known = this.seen === latest.version.counter;
    this.seen = latest.version.counter;
    if (known) return this.respond(latest.value);
    this.store(operation, latest);
`,
      ],
    ],
    breaks: 'one-ack-is-too-few',
    lesson:
      'That it has seen the version says nothing of who has it: the first read may have been given up before its write-back got anywhere.',
  },
  'returns the newest that it has ever heard of': {
    edit: [
      [
        '    this.store(operation, latest);\n',
        `    if (isNewer(this.seen.version, latest.version)) return this.respond(this.seen.value);
    this.seen = latest;
    this.store(operation, latest);
`,
      ],
      ['  counter = 0;\n', '  counter = 0;\n  seen: Versioned = neverWritten;\n'],
    ],
    breaks: 'one-ack-is-too-few',
    lesson:
      'It does not go back itself, but the others do: it may have given up before it had told a majority. Write back what is returned, wherever it comes from.',
  },
});
