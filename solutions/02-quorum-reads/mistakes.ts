import { mistakes } from '#harness';

export default mistakes({
  // ── Newer and newest ─────────────────────────────────────────────────────────────────────────
  'compares the counters only': {
    edit: ['return a.writer > b.writer;', 'return false;'],
    breaks: 'newest',
    lesson:
      'Two clients that write at once get the same counter. Unless the names decide, each replica keeps the one that came first, and the replicas differ for ever.',
  },
  'takes an equal counter for newer': {
    edit: ['return a.writer > b.writer;', 'return true;'],
    breaks: 'newest',
    lesson:
      'Of two versions with one counter each would then be newer than the other, and the last to arrive wins.',
  },
  'compares versions as text': {
    edit: [
      'if (a.counter !== b.counter) return a.counter > b.counter;',
      'if (a.counter !== b.counter) return String(a.counter) > String(b.counter);',
    ],
    breaks: 'newest',
    lesson: 'As text, 10 comes before 9: the tenth write is lost.',
  },
  'compares the first letters of the names': {
    edit: ['return a.writer > b.writer;', 'return a.writer[0]! > b.writer[0]!;'],
    breaks: 'newest',
    lesson: 'Two different versions are never equal: ben and bob are two clients.',
  },
  'asks the names before the counters': {
    edit: [
      'if (a.counter !== b.counter) return a.counter > b.counter;',
      'if (a.writer === b.writer) return a.counter > b.counter;',
    ],
    breaks: 'newest',
    lesson: 'Whoever has the greatest name then wins for ever, however old the write.',
  },
  'returns the first reply': {
    edit: [
      'replies.reduce((best, reply) => (isNewer(reply.version, best.version) ? reply : best))',
      'replies[0] as Versioned',
    ],
    breaks: 'newest',
    lesson:
      'The fastest replica need not be up to date. The version decides, not the order of arrival.',
  },
  'returns the last reply': {
    edit: [
      'replies.reduce((best, reply) => (isNewer(reply.version, best.version) ? reply : best))',
      'replies.at(-1) as Versioned',
    ],
    breaks: 'newest',
    lesson: 'The last to arrive need not be the last that was written.',
  },
  'returns the oldest reply': {
    edit: ['isNewer(reply.version, best.version)', 'isNewer(best.version, reply.version)'],
    breaks: 'newest',
    lesson:
      'It has to be the reply that is newer than the best one so far, not the other way round.',
  },
  'takes empty values for no values': {
    edit: [
      'isNewer(reply.version, best.version)',
      'reply.value && isNewer(reply.version, best.version)',
    ],
    breaks: 'newest',
    lesson: `0, '', false and null are values like any other. Whether something was written is told by its version.`,
  },

  // ── Replicas ─────────────────────────────────────────────────────────────────────────────────
  'lets the last arrival overwrite': {
    edit: ['if (isNewer(version, this.held(key).version)) {', '{'],
    breaks: 'replica-keeps-newest',
    lesson:
      'Messages overtake each other, and repairs bring old versions back. The replica has to compare before it writes.',
  },
  'keeps the first that it got': {
    edit: ['isNewer(version, this.held(key).version)', 'this.held(key).version.counter === 0'],
    breaks: 'replica-keeps-newest',
    lesson: 'A newer version replaces an older one.',
  },
  'keeps values in a field': {
    edit: [
      [
        'this.disk.write(key, { version, value });\n      this.disk.flush();',
        'this.cells.set(key, { version, value });',
      ],
      ['this.disk.read<Versioned>(key)', 'this.cells.get(key)'],
      [
        'held(key: string): Versioned {',
        'cells = new Map<string, Versioned>();\n\n  held(key: string): Versioned {',
      ],
    ],
    breaks: 'replica-keeps-newest',
    lesson:
      'A restart builds the process anew: what is only in a field is forgotten, and it was acknowledged.',
  },
  'does not flush': {
    edit: ['      this.disk.flush();\n', ''],
    breaks: 'survives-crashes',
    lesson:
      'What is written may be lost in a crash until it is flushed. An acknowledgement says that it is safe, so the flush comes first.',
  },
  'acknowledges, then keeps': {
    edit: [
      [
        `    if (isNewer(version, this.held(key).version)) {
      this.disk.write(key, { version, value });`,
        `    this.send(from, { type: 'stored', request, key });
    if (isNewer(version, this.held(key).version)) {
      this.disk.write(key, { version, value });`,
      ],
      [
        `    }
    this.send(from, { type: 'stored', request, key });`,
        '    }',
      ],
    ],
    breaks: 'survives-crashes',
    lesson:
      'A crash may come between any two effects. The client then counts a replica that has nothing.',
  },
  'acknowledges, then flushes': {
    edit: [
      `      this.disk.flush();
    }
    this.send(from, { type: 'stored', request, key });`,
      `    }
    this.send(from, { type: 'stored', request, key });
    this.disk.flush();`,
    ],
    breaks: 'survives-crashes',
    lesson: 'Between the two a crash takes what the client believes to be safe.',
  },
  'says nothing to an older version': {
    edit: [
      `    }
    this.send(from, { type: 'stored', request, key });`,
      `      this.send(from, { type: 'stored', request, key });
    }`,
    ],
    breaks: 'ends-in-time',
    lesson:
      'Of two writes at once one comes second everywhere. It is overwritten, not refused: whoever has something newer has done what was asked.',
  },
  'says nothing to a version that it has': {
    edit: [
      'if (isNewer(version, this.held(key).version)) {',
      `const mine = this.held(key).version;
    if (mine.counter === version.counter && mine.writer === version.writer) return;
    if (isNewer(version, mine)) {`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'It may have it from a repair. The writer who comes after that waits for an acknowledgement, too.',
  },
  'does not keep null': {
    edit: [
      'if (isNewer(version, this.held(key).version)) {',
      'if (value !== null && isNewer(version, this.held(key).version)) {',
    ],
    breaks: 'survives-crashes',
    lesson: 'Null that was written is a value, and newer than what was there before.',
  },
  'keeps all keys in one place': {
    edit: [
      ['this.disk.write(key, {', `this.disk.write('value', {`],
      ['this.disk.read<Versioned>(key)', `this.disk.read<Versioned>('value')`],
    ],
    breaks: 'replica-keeps-newest',
    lesson: 'Each key has a value and a version of its own.',
  },
  'keeps the value without its version': {
    edit: [
      'this.disk.write(key, { version, value })',
      'this.disk.write(key, { version: this.held(key).version, value })',
    ],
    breaks: 'replica-keeps-newest',
    lesson: 'A value without its version cannot be compared with anything.',
  },
  'keeps the value, and then its version': {
    edit: [
      [
        'this.disk.write(key, { version, value });',
        `this.disk.write('value of ' + key, value);
      this.disk.write(key, version);`,
      ],
      [
        'return this.disk.read<Versioned>(key) ?? neverWritten;',
        `const version = this.disk.read<Version>(key) ?? neverWritten.version;
    return { version, value: this.disk.read<Value>('value of ' + key) ?? null };`,
      ],
    ],
    breaks: 'survives-crashes',
    lesson:
      'A crash may come between the two: the new value is there under the old version, and the old value is gone. What belongs together is written at once.',
  },
  'keeps the version, and then its value': {
    edit: [
      [
        'this.disk.write(key, { version, value });',
        `this.disk.write(key, version);
      this.disk.write('value of ' + key, value);`,
      ],
      [
        'return this.disk.read<Versioned>(key) ?? neverWritten;',
        `const version = this.disk.read<Version>(key) ?? neverWritten.version;
    return { version, value: this.disk.read<Value>('value of ' + key) ?? null };`,
      ],
    ],
    breaks: 'survives-crashes',
    lesson:
      'A crash may come between the two: the old value is there under the new version, and repairs spread it.',
  },
  'flushes later, and shows it at once': {
    edit: [
      `      this.disk.flush();
    }
    this.send(from, { type: 'stored', request, key });
  }
`,
      `    }
    this.late.push([from, { type: 'stored', request, key }]);
    this.setTimer('flush', 8);
  }

  late: [ProcessId, Stored][] = [];

  override timeout(): void {
    this.disk.flush();
    for (const [to, reply] of this.late) this.send(to, reply);
    this.late = [];
  }
`,
    ],
    breaks: 'survives-crashes',
    lesson: 'Who has read it counts on it, too. A replica shows what is safe, and nothing else.',
  },

  // ── Reads ────────────────────────────────────────────────────────────────────────────────────
  'reads from one replica': {
    edit: ['const { R } = operation.quorum;', 'const R = 1;'],
    breaks: 'read-hears-r',
    lesson:
      'That one may have missed the write. R replicas and the W of any write have one in common.',
  },
  'reads from all replicas': {
    edit: ['const { R } = operation.quorum;', 'const R = operation.quorum.replicas.length;'],
    breaks: 'read-hears-r',
    lesson: 'One replica that is down then stops every read. R are enough.',
  },
  'reads from a majority, whatever R is': {
    edit: [
      'const { R } = operation.quorum;',
      'const R = Math.floor(operation.quorum.replicas.length / 2) + 1;',
    ],
    breaks: 'read-hears-r',
    lesson:
      'A majority is one choice of R and W among many. With W = 1 it is too few, with W = N too many.',
  },
  'needs one reply more than R': {
    edit: ['if (this.replies.size < R) return;', 'if (this.replies.size <= R) return;'],
    breaks: 'read-hears-r',
    lesson: 'R replies are enough; the one more may be down.',
  },
  'counts replies, not replicas': {
    edit: [
      ['  replies = new Map', '  count = 0;\n  replies = new Map'],
      ['this.replies.clear();', 'this.replies.clear();\n    this.count = 0;'],
      [
        'this.replies.set(from, { version, value });\n    if (this.replies.size < R) return;',
        'this.replies.set(from, { version, value });\n    if (++this.count < R) return;',
      ],
    ],
    breaks: 'read-hears-r',
    lesson: 'A reply may arrive twice. Remember who replied, not how often.',
  },
  'counts replies to an earlier request': {
    edit: [
      'if (operation?.request !== request) return;\n    const { R }',
      'if (operation === undefined) return;\n    const { R }',
    ],
    breaks: 'read-hears-r',
    lesson:
      'A reply to an operation that was given up says how it was then. The number of the request tells them apart.',
  },
  'does not count older replies': {
    edit: [
      'this.replies.set(from, { version, value });',
      `if ([...this.replies.values()].some((reply) => isNewer(reply.version, version))) return;
    this.replies.set(from, { version, value });`,
    ],
    breaks: 'read-hears-r',
    lesson: 'A replica that is behind has replied, too. R of them are enough, whatever they say.',
  },
  'returns its own write, whoever has it': {
    edit: [
      [
        '    this.acks.clear();\n',
        '    this.own = { key, version, value };\n    this.acks.clear();\n',
      ],
      ['  counter = 0;\n', '  counter = 0;\n  own: (Versioned & { key: string }) | undefined;\n'],
      [
        'this.respond(latest.value);',
        `const { own } = this;
    const isOwn = own?.key === operation.key && isNewer(own.version, latest.version);
    this.respond(isOwn ? own.value : latest.value);`,
      ],
    ],
    breaks: 'read-hears-r',
    lesson:
      'A write that was given up may be on no replica at all. Nobody else would find what it returns.',
  },
  'forgets to begin each query anew': {
    edit: ['    this.replies.clear();\n', ''],
    breaks: 'read-hears-r',
    lesson: 'What the replicas replied to the last operation is out of date.',
  },
  'asks every replica in the cluster': {
    edit: [
      `for (const replica of quorum.replicas) this.send(replica, { type: 'fetch', request, key });`,
      `this.broadcast({ type: 'fetch', request, key });`,
    ],
    breaks: 'read-hears-r',
    lesson: 'R of N means R of the N replicas of this key. Others know nothing of it.',
  },
  'responds without a value that is empty': {
    edit: ['this.respond(latest.value)', 'this.respond(latest.value || undefined)'],
    breaks: 'read-hears-r',
    lesson: `0, '', false and null are values, and have to come back as they are.`,
  },

  // ── Writes ───────────────────────────────────────────────────────────────────────────────────
  'takes the time of day for a version': {
    edit: [
      'this.counter = Math.max(this.counter, latest.counter) + 1',
      'this.counter = this.now()',
    ],
    breaks: 'one-version-each',
    lesson: `Two clocks never agree. A client whose clock is behind writes values that are older than what is there, and they are lost without a word.`,
  },
  'takes the later of the time of day and what it heard': {
    edit: [
      'this.counter = Math.max(this.counter, latest.counter) + 1',
      'this.counter = Math.max(this.now(), latest.counter)',
    ],
    breaks: 'one-version-each',
    lesson: 'A clock that is behind gives the version that is there already. Above means plus one.',
  },
  'counts its own writes only': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'this.counter + 1'],
    breaks: 'write-reaches-w',
    lesson:
      'Others write, too. Who does not ask a quorum first starts at 1 again, and its writes are lost without a word.',
  },
  'takes the newest version as its own': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'Math.max(this.counter, latest.counter)'],
    breaks: 'write-reaches-w',
    lesson: 'The new value has to be newer than what is there: one more.',
  },
  'takes the first version that it hears of': {
    edit: [
      'return this.store(operation, latest.version)',
      'return this.store(operation, [...this.replies.values()][0]!.version)',
    ],
    breaks: 'write-reaches-w',
    lesson: 'The fastest replica need not be up to date: the newest of R versions counts.',
  },
  'leaves the name out of the version': {
    edit: ['writer: this.id }', `writer: 'client' }`],
    breaks: 'one-version-each',
    lesson:
      'Two clients that write at once find the same counter. The name keeps their versions apart.',
  },
  'keeps the name of the last writer': {
    edit: ['writer: this.id }', 'writer: latest.writer }'],
    breaks: 'one-version-each',
    lesson:
      'A version names the write that it comes from; two writes after the same version are two.',
  },
  'forgets the versions of writes that timed out': {
    edit: ['Math.max(this.counter, latest.counter) + 1', 'latest.counter + 1'],
    breaks: 'time-out-is-pending',
    lesson:
      'The write that timed out is on some replica, maybe on one that the next query does not hear of. Its version is used up: the next one has to be above it.',
  },
  'goes on from its own counter or from what it heard': {
    edit: [
      'Math.max(this.counter, latest.counter) + 1',
      'Math.max(this.counter, latest.counter + 1)',
    ],
    breaks: 'time-out-is-pending',
    lesson:
      'It has to be above both: what the quorum said, and what it has used itself in a write that timed out.',
  },
  'asks for the version before its first write only': {
    edit: [
      '    this.replies.clear();\n',
      `    this.replies.clear();
    const { operation, counter } = this;
    if (operation?.op === 'write' && counter > 0) {
      return this.store(operation, { counter, writer: this.id });
    }
`,
    ],
    breaks: 'one-version-each',
    lesson: 'Others may have written meanwhile. Every write asks.',
  },
  'does not write what is there already': {
    edit: [
      `if (operation.op === 'write') return`,
      `if (operation.op === 'write' && latest.value === operation.value) return this.respond();
    if (operation.op === 'write') return`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'One replica has that value, maybe from a write that is still on its way. That is not W replicas.',
  },
  'asks W replicas for the version': {
    edit: [
      'const { R } = operation.quorum;',
      `const R = operation.op === 'read' ? operation.quorum.R : operation.quorum.W;`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'Two sets of W need not meet: with W = 1 they seldom do. To find the last write takes a read quorum, also for a write.',
  },
  'chooses again with every further reply': {
    edit: ['    if (this.replies.size >= R) return; // it has gone on already\n', ''],
    breaks: 'one-version-each',
    lesson:
      'The replies that come after the Rth begin the second phase once more, with another version: one write, two versions.',
  },
  'goes on whenever it has R replies': {
    edit: [
      `    if (this.replies.size >= R) return; // it has gone on already
    this.replies.set(from, { version, value });
    if (this.replies.size < R) return;`,
      `    this.replies.set(from, { version, value });
    if (this.replies.size !== R) return;`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'If the last reply comes twice there are R of them twice: one write, two versions. Remember that it has gone on.',
  },
  'sends to every replica in the cluster': {
    edit: [
      [
        `    for (const replica of quorum.replicas) {
      this.send(replica, { type: 'store', request, key, version, value });
    }`,
        `    this.broadcast({ type: 'store', request, key, version, value });`,
      ],
      [
        'this.acks.add(from);',
        'if (!operation.quorum.replicas.includes(from)) return;\n    this.acks.add(from);',
      ],
    ],
    breaks: 'write-reaches-w',
    lesson:
      'N replicas have the key. That the others are not counted does not make it right: they keep what nobody will look for.',
  },
  'is done when one replica has it': {
    edit: ['this.acks.size >= operation.quorum.W', 'this.acks.size >= 1'],
    breaks: 'write-reaches-w',
    lesson:
      'Whoever reads from R of the others does not find it. W replicas and any R have one in common.',
  },
  'is done one replica too early': {
    edit: ['this.acks.size >= operation.quorum.W', 'this.acks.size >= operation.quorum.W - 1'],
    breaks: 'write-reaches-w',
    lesson: 'With W − 1 and R the two quorums need not meet.',
  },
  'is done when it has been sent': {
    edit: [
      `      this.send(replica, { type: 'store', request, key, version, value });
    }
  }

  /** TODO 5`,
      `      this.send(replica, { type: 'store', request, key, version, value });
    }
    this.respond();
  }

  /** TODO 5`,
    ],
    breaks: 'write-reaches-w',
    lesson: 'Sent is not received. All of it may be lost.',
  },
  'waits for all replicas to store it': {
    edit: [
      'this.acks.size >= operation.quorum.W',
      'this.acks.size >= operation.quorum.replicas.length',
    ],
    breaks: 'write-reaches-w',
    lesson: 'One replica that is down then stops every write. W are enough.',
  },
  'counts acknowledgements, not replicas': {
    edit: ['this.acks.add(from)', 'this.acks.add(from + this.acks.size)'],
    breaks: 'write-reaches-w',
    lesson: 'An acknowledgement may arrive twice. Remember who sent it, not how often.',
  },
  'counts acknowledgements of an earlier request': {
    edit: [
      `if (operation?.request !== request) return;
    this.acks.add(from);`,
      `if (operation === undefined) return;
    this.acks.add(from);`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'Acknowledgements of a write that was given up, or of a repair, still arrive. The number of the request tells them apart.',
  },
  'forgets to begin each count anew': {
    edit: ['    this.acks.clear();\n', ''],
    breaks: 'write-reaches-w',
    lesson: 'Those who have the last value need not have this one.',
  },
  'sends the value to those that replied': {
    edit: [
      `    for (const replica of quorum.replicas) {
      this.send(replica, { type: 'store'`,
      `    for (const replica of quorum.R >= quorum.W ? this.replies.keys() : quorum.replicas) {
      this.send(replica, { type: 'store'`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'They were up when they replied, and one may be down now. The write goes to all N, and any W of them are enough.',
  },

  // ── Time is up ───────────────────────────────────────────────────────────────────────────────
  'calls a time-out a failure': {
    edit: [`this.giveUp('pending')`, `this.giveUp('failed')`],
    breaks: 'time-out-is-pending',
    lesson:
      'A replica may have it already, and sooner or later a reader finds it there. Failed would mean that nobody ever will.',
  },
  'calls it a failure while nobody has acknowledged': {
    edit: [`this.giveUp('pending')`, `this.giveUp(this.acks.size === 0 ? 'failed' : 'pending')`],
    breaks: 'time-out-is-pending',
    lesson: 'The acknowledgement may be late, not the write. Who hears nothing knows nothing.',
  },
  'calls it a failure when somebody has acknowledged': {
    edit: [`this.giveUp('pending')`, `this.giveUp(this.acks.size > 0 ? 'failed' : 'pending')`],
    breaks: 'time-out-is-pending',
    lesson:
      'Fewer than W is not nobody. Whoever acknowledged has the value, and shows it to readers.',
  },
  'calls it a failure, and goes on with it': {
    edit: [
      [
        `    this.giveUp('pending');`,
        `    if (operation.op === 'write' && this.replies.size < operation.quorum.R) {
      this.late = operation;
      return this.giveUp('failed');
    }
    this.giveUp('pending');`,
      ],
      [
        `    const { operation } = this;
    if (operation?.request !== request) return;
    const { R }`,
        `    const operation = this.operation ?? this.late;
    if (operation?.request !== request) return;
    const { R }`,
      ],
      ['  counter = 0;\n', '  counter = 0;\n  late: Operation | undefined;\n'],
    ],
    breaks: 'time-out-is-pending',
    lesson:
      'Nothing was sent when time was up, so failed was true; the late replies made it a lie. What has failed must stay so.',
  },
  'stores it when time is up, with what it has heard': {
    edit: [
      `    this.giveUp('pending');`,
      `    if (operation.op === 'write' && this.acks.size === 0 && this.replies.size > 0) {
      this.store(operation, newest([...this.replies.values()]).version);
    }
    this.giveUp('pending');`,
    ],
    breaks: 'time-out-is-pending',
    lesson:
      'With fewer than R replies its version may be below what is there already. Who has heard too little writes nothing.',
  },
  'calls a time-out a success': {
    edit: [`this.giveUp('pending')`, 'this.respond()'],
    breaks: 'time-out-is-pending',
    lesson: 'Fewer than W replicas have it. The next read may miss it.',
  },
  'waits for ever': {
    edit: [`    this.giveUp('pending');\n`, ''],
    breaks: 'ends-in-time',
    lesson: 'The replies may never come, and the client can begin nothing else.',
  },
  'takes back what timed out': {
    edit: [
      `    this.giveUp('pending');`,
      `    const { request, key, quorum } = operation;
    const version = { counter: this.counter + 1, writer: this.id };
    const { value } = newest([...this.replies.values(), neverWritten]);
    for (const replica of quorum.replicas) {
      this.send(replica, { type: 'store', request, key, version, value });
    }
    this.giveUp('pending');`,
    ],
    breaks: 'time-out-is-pending',
    lesson:
      'Somebody may have read the new value, and somebody may have written a newer one meanwhile. To write the old one again is a write of its own, and it overwrites them.',
  },

  // ── Read repair ──────────────────────────────────────────────────────────────────────────────
  'repairs nothing': {
    edit: ['    this.readRepair(operation, latest);\n', ''],
    breaks: 'read-repair',
    lesson:
      'A replica that missed a write misses it until the next one. A read knows who they are.',
  },
  'repairs those that are up to date': {
    edit: [
      'if (!isNewer(version, reply.version)) continue;',
      'if (isNewer(version, reply.version)) continue;',
    ],
    breaks: 'read-repair',
    lesson: 'Those whose replies were older need it.',
  },
  'repairs under the number of the next request': {
    edit: [
      `      this.send(replica, { type: 'store', request, key, version, value });
    }
  }

  // ──`,
      `      this.send(replica, { type: 'store', request: request + 1, key, version, value });
    }
  }

  // ──`,
    ],
    breaks: 'write-reaches-w',
    lesson:
      'The acknowledgement of the repair then counts for the next write, whose value that replica has not seen.',
  },
  'repairs late replies with what it read last': {
    edit: [
      ['  counter = 0;', '  counter = 0;\n  latest: Versioned | undefined;'],
      [
        'onFetched({ request, version, value }: Fetched, from: ProcessId): void {\n    const { operation } = this;\n    if (operation?.request !== request) return;',
        `onFetched({ request, key, version, value }: Fetched, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request) {
      if (this.latest !== undefined && isNewer(this.latest.version, version))
        this.send(from, { type: 'store', request, key, ...this.latest });
      return;
    }`,
      ],
      [
        'this.respond(latest.value);\n    this.readRepair',
        'this.latest = latest;\n    this.respond(latest.value);\n    this.readRepair',
      ],
    ],
    breaks: 'read-repair',
    lesson:
      'Versions of two keys have nothing to do with each other. Whoever repairs later has to remember of which key it knows the newest version.',
  },
  'repairs lower counters only': {
    edit: [
      'if (!isNewer(version, reply.version)) continue;',
      'if (version.counter <= reply.version.counter) continue;',
    ],
    breaks: 'read-repair',
    lesson:
      'Two clients that wrote at once gave the same counter. The names decide which is older, here too.',
  },
  'repairs those only that have something': {
    edit: [
      'if (!isNewer(version, reply.version)) continue;',
      'if (!isNewer(version, reply.version) || reply.version.counter === 0) continue;',
    ],
    breaks: 'read-repair',
    lesson:
      'A replica that has nothing is the furthest behind: it lost its disk, or it missed every write.',
  },
  'repairs under a new version': {
    edit: [
      `      this.send(replica, { type: 'store', request, key, version, value });
    }
  }

  // ──`,
      `      const mine = { counter: version.counter + 1, writer: this.id };
      this.send(replica, { type: 'store', request, key, version: mine, value });
    }
  }

  // ──`,
    ],
    breaks: 'one-version-each',
    lesson:
      'A repair is no write: it passes on what is there. Under a new version an old value overwrites a newer one that was written meanwhile.',
  },
  'repairs with its own replies mixed up': {
    edit: [
      `      this.send(replica, { type: 'store', request, key, version, value });
    }
  }

  // ──`,
      `      this.send(replica, { type: 'store', request, key, version, value: reply.value });
    }
  }

  // ──`,
    ],
    breaks: 'one-version-each',
    lesson: 'Version and value belong together.',
  },

  // ── What R + W > N does not promise ──────────────────────────────────────────────────────────
  'believes that R + W > N is enough': {
    edit: [`return 'old';`, `return 'new';`],
    breaks: 'sloppy-quorum',
    lesson:
      'The sum says that two quorums meet only if both are drawn from the same N replicas. Substitutes make the write available, and the read stale.',
  },
});
