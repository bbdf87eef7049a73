import { mistakes } from '#harness';

export default mistakes({
  // ── Promising ────────────────────────────────────────────────────────────────────────────────
  'promises the same number again': {
    edit: ['if (generation > this.promised)', 'if (generation >= this.promised)'],
    breaks: 'one-coordinator',
    lesson:
      'The numbers carry no names: two coordinators may run with the same one. Whoever asks second must not get it.',
  },
  'promises whatever it is asked': {
    edit: ['if (generation > this.promised)', 'if (true)'],
    breaks: 'higher-only',
    lesson: 'A promise is a vote: one for each number, and none for a number of the past.',
  },
  'promises but does not remember': {
    edit: ['this.promised = generation;', ''],
    breaks: 'higher-only',
    lesson: 'What is on disk helps after a restart; until then the field decides.',
  },
  'promises its first only': {
    edit: ['if (generation > this.promised)', 'if (this.promised === 0)'],
    breaks: 'higher-only',
    lesson:
      'Then the first coordinator leads for ever, also when it is down. A higher generation always gets the promise.',
  },
  'promises only the next number': {
    edit: ['if (generation > this.promised)', 'if (generation === this.promised + 1)'],
    breaks: 'higher-only',
    lesson: 'Numbers may be skipped: a replica that missed an election must not be stuck for good.',
  },
  'forgets its promise after a while': {
    edit: [
      [
        'if (generation > this.promised)',
        'if (generation > this.promised || this.now() - this.promisedAt > 5000)',
      ],
      [
        'this.promised = generation;',
        'this.promised = generation;\n    this.promisedAt = this.now();',
      ],
      ['  keep(generation', '  promisedAt = 0;\n\n  keep(generation'],
    ],
    breaks: 'higher-only',
    lesson:
      'A promise has no end but a higher one. Whoever holds it may only be slow, and nobody can tell by the clock.',
  },
  'lets names decide who gets a number': {
    edit: [
      [
        'if (generation > this.promised)',
        'if (generation > this.promised || (generation === this.promised && from < this.holder))',
      ],
      [
        `this.keep(generation);
      this.send(from, { type: 'promise', generation });`,
        `this.keep(generation);
      this.holder = from;
      this.send(from, { type: 'promise', generation });`,
      ],
      ['  keep(generation', `  holder = '';\n\n  keep(generation`],
    ],
    breaks: 'higher-only',
    lesson:
      'Names may decide between numbers that carry them. Between two promises of one number nothing can: the first has been given.',
  },
  'compares numbers as text': {
    edit: ['if (generation > this.promised)', 'if (String(generation) > String(this.promised))'],
    breaks: 'higher-only',
    lesson: 'As text, 10 comes before 9. It shows only once a generation has two digits.',
  },
  'keeps quiet when it cannot promise': {
    edit: [
      `this.send(from, { type: 'promise', generation });
    } else {
      this.send(from, { type: 'reject', generation, promised: this.promised });
    }`,
      `this.send(from, { type: 'promise', generation });
    }`,
    ],
    breaks: 'higher-only',
    lesson:
      'Silence looks like a lost message. Only a reject tells a coordinator how far it has to jump.',
  },
  'rejects with the number that it was asked for': {
    edit: [
      `this.send(from, { type: 'promise', generation });
    } else {
      this.send(from, { type: 'reject', generation, promised: this.promised });`,
      `this.send(from, { type: 'promise', generation });
    } else {
      this.send(from, { type: 'reject', generation, promised: generation });`,
    ],
    breaks: 'higher-only',
    lesson:
      'The coordinator knows what it asked for. What it needs to know is what stands against it.',
  },

  // ── Accepting ────────────────────────────────────────────────────────────────────────────────
  'accepts whatever it is handed': {
    edit: ['if (generation >= this.promised)', 'if (true)'],
    breaks: 'nothing-below',
    lesson:
      'The promise was to follow nobody below. An old leader does not know that it is old; the replica has to.',
  },
  'accepts only above its promise': {
    edit: ['if (generation >= this.promised)', 'if (generation > this.promised)'],
    breaks: 'nothing-below',
    lesson:
      'The leader of the generation that was promised is the one to follow. To prepare, a number has to be higher; to accept, it must not be lower.',
  },
  'accepts only what it has promised': {
    edit: ['if (generation >= this.promised)', 'if (generation === this.promised)'],
    breaks: 'nothing-below',
    lesson:
      'A majority promised; this replica was perhaps not among them. A higher generation than its own is no reason to refuse.',
  },
  'does not raise its promise when it accepts': {
    edit: [
      `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      `this.send(from, { type: 'accepted', generation, value });`,
    ],
    breaks: 'nothing-below',
    lesson:
      'It has seen that a higher generation has a leader. If it forgets that, it takes orders from the one before.',
  },
  'lets an old accept lower its promise': {
    edit: [
      `if (generation >= this.promised) {
      this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });
    } else {`,
      `if (generation >= this.promised) {
      this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });
    } else {
      this.keep(generation);`,
    ],
    breaks: 'nothing-below',
    lesson: 'The generation of a replica never decreases, whatever it hears.',
  },
  'compares with its promise as text when it accepts': {
    edit: ['if (generation >= this.promised)', 'if (String(generation) >= String(this.promised))'],
    breaks: 'nothing-below',
    lesson: 'As text, 10 comes before 9: the old leader is followed, and the new one refused.',
  },
  'takes an empty value for none': {
    edit: [
      `type: 'accepted', generation, value }`,
      `type: 'accepted', generation, value: value || 'nothing' }`,
    ],
    breaks: 'nothing-below',
    lesson: 'The value is the client’s: 0, an empty text, false and null are values.',
  },
  'keeps quiet when it cannot accept': {
    edit: [
      `this.send(from, { type: 'accepted', generation, value });
    } else {
      this.send(from, { type: 'reject', generation, promised: this.promised });
    }`,
      `this.send(from, { type: 'accepted', generation, value });
    }`,
    ],
    breaks: 'nothing-below',
    lesson: 'Without the reject an old leader never learns that its time is over.',
  },
  'makes a text of the value': {
    edit: [
      `type: 'accepted', generation, value }`,
      `type: 'accepted', generation, value: value instanceof Object ? String(value) : value }`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'A value may be anything that fits into a message. It comes back as it was.',
  },

  // ── Crashes ──────────────────────────────────────────────────────────────────────────────────
  'keeps its promise outside of the class': {
    edit: [
      ['/** Follows the coordinator', 'let memory = 0;\n\n/** Follows the coordinator'],
      [`promised = this.disk.read<number>('promised') ?? 0;`, 'promised = memory;'],
      [`this.disk.write('promised', generation);\n    this.disk.flush();`, 'memory = generation;'],
    ],
    breaks: 'nothing-below',
    lesson:
      'It seems to survive a crash because here all processes live in one program. Machines have no such place; they have disks.',
  },
  'keeps its promise in memory only': {
    edit: [`this.disk.write('promised', generation);\n    this.disk.flush();`, ''],
    breaks: 'survives-a-crash',
    lesson:
      'A restart makes it a voter who has not voted. It gives the same number away a second time.',
  },
  'forgets to flush': {
    edit: [
      `this.disk.write('promised', generation);\n    this.disk.flush();`,
      `this.disk.write('promised', generation);`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'Until the flush a write may be lost. The promise must not leave before.',
  },
  'flushes, then writes': {
    edit: [
      `this.disk.write('promised', generation);\n    this.disk.flush();`,
      `this.disk.flush();\n    this.disk.write('promised', generation);`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'A flush makes safe what was written before it, nothing else.',
  },
  'persists its first promise only': {
    edit: [
      `this.disk.write('promised', generation);`,
      `if (this.disk.read('promised') === undefined) this.disk.write('promised', generation);`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'After a crash the last promise counts, not the first: the disk follows each step.',
  },
  'persists the number, but not to whom it promised it': {
    edit: [
      [
        'if (generation > this.promised)',
        `if (
      generation > this.promised ||
      (generation === this.promised && (this.holder ?? from) === from)
    )`,
      ],
      [
        `this.keep(generation);
      this.send(from, { type: 'promise', generation });`,
        `this.keep(generation);
      this.holder = from;
      this.send(from, { type: 'promise', generation });`,
      ],
      [
        `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
        `if (generation > this.promised) this.holder = from;
      this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      ],
      ['  keep(generation', '  holder: ProcessId | undefined;\n\n  keep(generation'],
    ],
    breaks: 'every-order',
    lesson:
      'To promise again to the same one is fine, for whoever remembers who that was. After a restart it knows the number only, and gives it to whoever asks.',
  },
  'accepts after a restart only what is above its promise': {
    edit: [
      [
        'if (generation >= this.promised)',
        `if (
      generation > this.promised ||
      (generation === this.promised && from === this.leader)
    )`,
      ],
      [
        `this.keep(generation);
      this.send(from, { type: 'promise', generation });`,
        `this.keep(generation);
      this.leader = from;
      this.send(from, { type: 'promise', generation });`,
      ],
      [
        `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
        `this.keep(generation);
      this.leader = from;
      this.send(from, { type: 'accepted', generation, value });`,
      ],
      ['  keep(generation', `  leader = '';\n\n  keep(generation`],
    ],
    breaks: 'survives-a-crash',
    lesson:
      'Whom it follows is in memory only: after a restart it refuses the leader whom it has promised to follow. Only what is on disk may decide.',
  },
  'keeps quiet after a restart when it cannot promise': {
    edit: [
      [
        `this.send(from, { type: 'promise', generation });
    } else {`,
        `this.send(from, { type: 'promise', generation });
    } else if (!this.fresh) {`,
      ],
      ['  keep(generation', '  fresh = this.promised > 0;\n\n  keep(generation'],
    ],
    breaks: 'survives-a-crash',
    lesson: 'It knows its promise from the disk as well as it did before. It has to say so, too.',
  },
  'keeps quiet after a restart when it cannot accept': {
    edit: [
      [
        `this.send(from, { type: 'accepted', generation, value });
    } else {`,
        `this.send(from, { type: 'accepted', generation, value });
    } else if (!this.fresh) {`,
      ],
      ['  keep(generation', '  fresh = this.promised > 0;\n\n  keep(generation'],
    ],
    breaks: 'survives-a-crash',
    lesson: 'An old leader that hears nothing goes on. A restart is no excuse.',
  },
  'does not raise its promise after a restart': {
    edit: [
      [
        `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
        `if (!this.fresh) this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      ],
      ['  keep(generation', '  fresh = this.promised > 0;\n\n  keep(generation'],
    ],
    breaks: 'survives-a-crash',
    lesson: 'What it accepts is a promise, before a restart and after one.',
  },
  'does not flush its first promise': {
    edit: ['this.disk.flush();\n  }\n}', 'if (generation > 1) this.disk.flush();\n  }\n}'],
    breaks: 'every-order',
    lesson: 'The first promise may be the one that is lost, and given to somebody else.',
  },
  'replies, then persists the promise': {
    edit: [
      `this.keep(generation);
      this.send(from, { type: 'promise', generation });`,
      `this.send(from, { type: 'promise', generation });
      this.keep(generation);`,
    ],
    breaks: 'survives-a-crash',
    lesson:
      'Between the two lines it can crash: the coordinator has the promise, and the replica does not know of it.',
  },
  'replies, then persists what it accepted': {
    edit: [
      `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      `this.send(from, { type: 'accepted', generation, value });
      this.keep(generation);`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'First the disk, then the reply: what was said must be true after a crash, too.',
  },
  'replies between write and flush': {
    edit: [
      [
        `this.keep(generation);
      this.send(from, { type: 'promise', generation });`,
        `this.promised = generation;
      this.disk.write('promised', generation);
      this.send(from, { type: 'promise', generation });
      this.disk.flush();`,
      ],
    ],
    breaks: 'survives-a-crash',
    lesson: 'Written is not yet safe: the reply may leave only after the flush.',
  },
  'persists promises, but not what it accepts': {
    edit: [
      `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      `this.promised = generation;
      this.send(from, { type: 'accepted', generation, value });`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'To accept is to promise: nothing below that. It belongs on disk like any promise.',
  },
  'does not persist one step up': {
    edit: [
      `this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });`,
      `if (generation > this.promised + 1) this.keep(generation);
      this.promised = generation;
      this.send(from, { type: 'accepted', generation, value });`,
    ],
    breaks: 'survives-a-crash',
    lesson: 'The next generation is higher, too: what raises the promise belongs on disk.',
  },

  // ── Winning ──────────────────────────────────────────────────────────────────────────────────
  'leads with half': {
    edit: [
      'this.promises.size >= majority(this.everyone.length)',
      'this.promises.size >= this.everyone.length / 2',
    ],
    breaks: 'majority-leads',
    lesson: 'Of four replicas, two may promise to one coordinator and two to another.',
  },
  'wants a promise from everybody': {
    edit: ['majority(this.everyone.length)', 'this.everyone.length'],
    breaks: 'two-tries',
    lesson: 'One replica that is down, and nobody leads any more.',
  },
  'asks a majority only': {
    edit: [
      `this.broadcast({ type: 'prepare', generation: this.generation });`,
      `for (const to of this.everyone.slice(0, majority(this.everyone.length))) {
      this.send(to, { type: 'prepare', generation: this.generation });
    }`,
    ],
    breaks: 'majority-leads',
    lesson: 'If one of those is down, it never leads, though others would have promised.',
  },
  'wants one more than a majority': {
    edit: ['size >= majority(', 'size > majority('],
    breaks: 'majority-leads',
    lesson: 'The majority is the number that is enough.',
  },
  'counts itself': {
    edit: ['this.promises.clear();', 'this.promises.clear();\n    this.promises.add(this.id);'],
    breaks: 'majority-leads',
    lesson:
      'A coordinator is no replica here: it asks three, and two of the three have to promise.',
  },
  'does not hear the last replica': {
    edit: [
      'this.promises.add(from);',
      'if (this.everyone.indexOf(from) < this.everyone.length - 1) this.promises.add(from);',
    ],
    breaks: 'majority-leads',
    lesson: 'Any majority is one. If another replica is down, the last one makes it.',
  },
  'does not wait for late promises': {
    edit: [
      [`this.state = 'running';`, `this.state = 'running';\n    this.setTimer('patience', 300);`],
      [
        '  /** TODO 4',
        `  override timeout(): void {
    if (this.state === 'running') this.state = 'idle';
  }

  /** TODO 4`,
      ],
    ],
    breaks: 'majority-leads',
    lesson:
      'A promise that comes late is a promise. The run is over when a higher number is heard of, or when it runs again.',
  },
  'leads with a majority of the answers': {
    edit: [
      [
        'this.promises.size >= majority(this.everyone.length)',
        'this.promises.size >= majority(this.promises.size + this.rejects)',
      ],
      ['  promises = new Set', '  rejects = 0;\n  promises = new Set'],
      [
        'this.highest = Math.max(this.highest, promised);',
        'this.highest = Math.max(this.highest, promised);\n    this.rejects += 1;',
      ],
    ],
    breaks: 'majority-leads',
    lesson: 'Silent replicas count: they may be promising somebody else.',
  },
  'knows the size of the cluster by heart': {
    edit: ['majority(this.everyone.length)', '2'],
    breaks: 'majority-leads',
    lesson: 'Two of three is a majority, two of five is none.',
  },
  'leads at the first promise': {
    edit: [
      'if (this.promises.size >= majority(this.everyone.length)) this.lead();',
      'this.lead();',
    ],
    breaks: 'majority-leads',
    lesson: 'Two coordinators can each find one replica that promises. Only majorities must meet.',
  },
  'counts promises, not replicas': {
    edit: ['this.promises.add(from)', 'this.promises.add(from + this.promises.size)'],
    breaks: 'majority-leads',
    lesson: 'The network may deliver a promise twice. Remember who promised, not how often.',
  },
  'counts promises of any generation': {
    edit: [
      `if (this.state !== 'running' || generation !== this.generation) return;`,
      `if (this.state !== 'running') return;`,
    ],
    breaks: 'majority-leads',
    lesson:
      'A promise is for one number. Those for an earlier run come late, and say nothing about this one.',
  },
  'keeps the promises of its last run': {
    edit: ['this.promises.clear();', ''],
    breaks: 'majority-leads',
    lesson: 'Who followed it then may follow another one now: a new number needs new promises.',
  },
  'leads on promises to its former self': {
    edit: [
      `if (this.state !== 'running' || generation !== this.generation) return;`,
      `if (this.state === 'leading' || generation !== this.generation) return;`,
    ],
    breaks: 'majority-leads',
    lesson:
      'It restarted, and may have led that generation before. After a restart it leads nothing until it has run again.',
  },

  'takes a reject with its own number for a promise': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      `this.highest = Math.max(this.highest, promised);
    if (promised === this.generation) this.promises.add(String(this.promises.size));
    if (this.state === 'running' && this.promises.size >= majority(this.everyone.length)) this.lead();`,
    ],
    breaks: 'one-coordinator',
    lesson: 'The replica has promised that number, but perhaps to somebody else who took the same.',
  },

  // ── Stepping down ────────────────────────────────────────────────────────────────────────────
  'never steps down': {
    edit: [`if (promised > this.generation) this.state = 'idle';`, ''],
    breaks: 'steps-down',
    lesson:
      'It has been told that its time is over. The replicas would refuse, but clients go on waiting for it.',
  },
  'does not step down for the next generation': {
    edit: ['if (promised > this.generation)', 'if (promised > this.generation + 1)'],
    breaks: 'steps-down',
    lesson: 'The next one is the most likely to come after it. One higher is higher.',
  },
  'steps down only for a much higher generation': {
    edit: ['if (promised > this.generation)', 'if (promised > this.generation + 4)'],
    breaks: 'steps-down',
    lesson: 'Any higher number has a majority that refuses this one.',
  },
  'steps down only for a generation nearby': {
    edit: [
      'if (promised > this.generation)',
      'if (promised > this.generation && promised < this.generation + 4)',
    ],
    breaks: 'steps-down',
    lesson: 'A leader that was cut off may be far behind when it hears of the next one.',
  },
  'steps down by the order of texts': {
    edit: ['if (promised > this.generation)', 'if (String(promised) > String(this.generation))'],
    breaks: 'steps-down',
    lesson: 'As text, 10 comes before 9: generation 9 would never hear that its time is over.',
  },
  'does not step down after a restart': {
    edit: [
      [
        `if (promised > this.generation) this.state = 'idle';`,
        `if (promised > this.generation && !this.restarted) this.state = 'idle';`,
      ],
      ['  highest = 0;', '  restarted = this.generation > 0;\n  highest = 0;'],
    ],
    breaks: 'steps-down',
    lesson: 'After a restart it may lead again, and then its time ends like that of any other.',
  },
  'steps down at every reject': {
    edit: [`if (promised > this.generation) this.state = 'idle';`, `this.state = 'idle';`],
    breaks: 'steps-down',
    lesson:
      'A reject may be an old one, or the answer to its own prepare that arrived twice. Only a higher number ends its time.',
  },
  'steps down for its own number': {
    edit: ['if (promised > this.generation)', 'if (promised >= this.generation)'],
    breaks: 'steps-down',
    lesson:
      'When its prepare arrives twice, the second one is rejected: the replica has promised that number, to this very coordinator.',
  },
  'gives up when its own number is rejected': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      `if (promised > this.generation) this.state = 'idle';
    if (promised === this.generation && this.state === 'running') this.state = 'idle';`,
    ],
    breaks: 'steps-down',
    lesson:
      'One replica has promised that number before, perhaps to this very coordinator. The others may still make a majority.',
  },
  'hears rejects of its last run only': {
    edit: [
      [
        'return this.onReject(message.promised);',
        'return this.onReject(message.promised, message.generation);',
      ],
      [
        'onReject(promised: number): void {',
        'onReject(promised: number, generation: number): void {',
      ],
      [
        'this.highest = Math.max(this.highest, promised);',
        `if (generation < this.generation) return;
    this.highest = Math.max(this.highest, promised);`,
      ],
    ],
    breaks: 'steps-down',
    lesson:
      'The answer is to an old question, and what it tells is true now: a higher generation has been promised.',
  },
  'hears rejects of its own majority only': {
    edit: [
      ['return this.onReject(message.promised);', 'return this.onReject(message.promised, from);'],
      ['onReject(promised: number): void {', 'onReject(promised: number, from: ProcessId): void {'],
      [
        'if (promised > this.generation)',
        `if (promised > this.generation && (this.state === 'running' || this.promises.has(from)))`,
      ],
    ],
    breaks: 'steps-down',
    lesson:
      'Who never promised it anything may be the first to tell it that its time is over. Any higher number ends it.',
  },
  'believes the last reject': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      `if (promised > this.generation) this.state = 'idle';
    else if (this.promises.size >= majority(this.everyone.length)) this.state = 'leading';`,
    ],
    breaks: 'steps-down',
    lesson: 'A lower reject that comes late takes nothing back: the higher generation is there.',
  },
  'takes a promise back at a reject': {
    edit: [
      ['return this.onReject(message.promised);', 'return this.onReject(message.promised, from);'],
      [
        'onReject(promised: number): void {',
        'onReject(promised: number, from: ProcessId): void {\n    this.promises.delete(from);',
      ],
    ],
    breaks: 'steps-down',
    lesson:
      'Its own PREPARE came twice: the replica promised the first and rejected the second. The promise stands.',
  },
  'leads for a while only': {
    edit: [
      [`this.state = 'leading';`, `this.state = 'leading';\n    this.setTimer('lease', 500);`],
      [
        '  /** TODO 4',
        `  override timeout(): void {
    if (this.state === 'leading') this.state = 'idle';
  }

  /** TODO 4`,
      ],
    ],
    breaks: 'steps-down',
    lesson:
      'This is a lease, and a fine thing, but not this one: a generation has no end but a higher one.',
  },
  'goes on under the number of the other one': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      'this.generation = Math.max(this.generation, promised);',
    ],
    breaks: 'steps-down',
    lesson:
      'That generation is somebody else’s. To know a number is not to have won it: without a run there is no leading.',
  },
  'steps down only while it leads': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      `if (promised > this.generation && this.state === 'leading') this.state = 'idle';`,
    ],
    breaks: 'steps-down',
    lesson:
      'It loses its time also before it begins: with what it knows now, it must not hand out anything.',
  },
  'is made leader again by a late promise': {
    edit: [
      `if (this.state !== 'running' || generation !== this.generation) return;`,
      `if (generation !== this.generation) return;`,
    ],
    breaks: 'steps-down',
    lesson:
      'The promise is old and true, and changes nothing: a higher generation is there. Over is over.',
  },
  'goes on leading while it runs again': {
    edit: [`this.state = 'running';`, `if (this.state === 'idle') this.state = 'running';`],
    breaks: 'steps-down',
    lesson:
      'It sends accept with the new number before anybody has promised it. Two coordinators could do so at once.',
  },

  // ── Numbers ──────────────────────────────────────────────────────────────────────────────────
  'tries again with its own number plus one': {
    edit: ['Math.max(this.generation, this.highest) + 1', 'this.generation + 1'],
    breaks: 'jumps-ahead',
    lesson:
      'The replicas may be a thousand generations ahead. The reject says by how far; one jump is enough.',
  },
  'tries again with the same number': {
    edit: [
      'Math.max(this.generation, this.highest) + 1',
      'Math.max(this.generation, this.highest, 1)',
    ],
    breaks: 'jumps-ahead',
    lesson: 'A number is used once. Whoever promised it does not promise it again.',
  },
  'jumps to the highest reject, not above': {
    edit: [
      'Math.max(this.generation, this.highest) + 1',
      'Math.max(this.generation + 1, this.highest)',
    ],
    breaks: 'jumps-ahead',
    lesson: 'That number is promised already. It takes a higher one.',
  },
  'takes the number of any reject': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      `if (promised > this.generation) this.state = 'idle';
    if (this.state === 'idle') this.generation = promised;`,
    ],
    breaks: 'jumps-ahead',
    lesson:
      'A late reject may be lower than what it last ran with. After a restart it knows that number only from here.',
  },
  'runs again at every reject': {
    edit: [
      `if (promised > this.generation) this.state = 'idle';`,
      `if (promised > this.generation) this.run();`,
    ],
    breaks: 'jumps-ahead',
    lesson:
      'Two that do so overtake each other for ever, and nobody leads. When to try again is a question of patience: exercise 06.',
  },
  'jumps above the last reject': {
    edit: ['this.highest = Math.max(this.highest, promised);', 'this.highest = promised;'],
    breaks: 'jumps-ahead',
    lesson:
      'The last one to arrive is not the highest. One low reject, and the next run is in vain.',
  },
  'forgets what deposed it': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      `if (this.state !== 'leading') this.highest = Math.max(this.highest, promised);`,
    ],
    breaks: 'jumps-ahead',
    lesson:
      'The reject that ends its time is the one that says how far to jump. It counts in every state.',
  },
  'learns from rejects only while it runs': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      `if (this.state === 'running') this.highest = Math.max(this.highest, promised);`,
    ],
    breaks: 'jumps-ahead',
    lesson: 'The first reject ends the run; those after it may tell of a higher number.',
  },
  'learns from rejects only while it does not run': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      `if (this.state !== 'running') this.highest = Math.max(this.highest, promised);`,
    ],
    breaks: 'jumps-ahead',
    lesson: 'If one reject only arrives, it is the one to learn from.',
  },
  'learns from rejects only once it has run': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      'if (this.generation > 0) this.highest = Math.max(this.highest, promised);',
    ],
    breaks: 'jumps-ahead',
    lesson: 'What it heard of before its first run is as true as what it heard after it.',
  },
  'forgets after a while what it heard of': {
    edit: [
      [
        'this.highest = Math.max(this.highest, promised);',
        `this.highest = Math.max(this.highest, promised);\n    this.setTimer('forget', 1000);`,
      ],
      ['  /** TODO 4', '  override timeout(): void {\n    this.highest = 0;\n  }\n\n  /** TODO 4'],
    ],
    breaks: 'jumps-ahead',
    lesson: 'Generations only grow. What was too low a second ago is too low for good.',
  },
  'finds the highest reject as text': {
    edit: [
      'this.highest = Math.max(this.highest, promised);',
      'if (String(promised) > String(this.highest)) this.highest = promised;',
    ],
    breaks: 'jumps-ahead',
    lesson: 'As text, 9 is higher than 10. It shows only once a generation has two digits.',
  },
  'never leads again once its time was over': {
    edit: [
      ['highest = 0;', 'highest = 0;\n  isOver = false;'],
      [
        `if (promised > this.generation) this.state = 'idle';`,
        `if (promised > this.generation) this.isOver = true;
    if (this.isOver) this.state = 'idle';`,
      ],
      [`if (this.state !== 'running' ||`, `if (this.isOver || this.state !== 'running' ||`],
    ],
    breaks: 'two-tries',
    lesson: 'What was over was one generation. The next run is about another one.',
  },
  'goes back to what it heard of': {
    edit: ['Math.max(this.generation, this.highest) + 1', 'this.highest + 1'],
    breaks: 'jumps-ahead',
    lesson:
      'Nobody rejected its last number, so it takes it once more, and counts late promises for two runs.',
  },
  'shares its number with all coordinators': {
    edit: [
      ['/** Runs for a generation when', 'let last = 0;\n\n/** Runs for a generation when'],
      [
        'this.generation = Math.max(this.generation, this.highest) + 1;',
        'last = Math.max(last, this.highest) + 1;\n    this.generation = last;',
      ],
    ],
    breaks: 'jumps-ahead',
    lesson:
      'A counter that all can see would make every number unique. There is no such place between machines.',
  },
  'forgets its number in a crash': {
    edit: [`this.disk.write('generation', this.generation);\n    this.disk.flush();`, ''],
    breaks: 'every-order',
    lesson:
      'After a restart it would run with the same number again, and promises to its former self would count.',
  },
  'persists its number only when it was idle': {
    edit: [
      `this.disk.write('generation', this.generation);`,
      `if (this.state === 'idle') this.disk.write('generation', this.generation);`,
    ],
    breaks: 'jumps-ahead',
    lesson: 'Every number that leaves the process has to be on disk before, the second one too.',
  },
  'counts its runs on disk': {
    edit: [
      `this.disk.write('generation', this.generation);`,
      `this.disk.write('generation', (this.disk.read<number>('generation') ?? 0) + 1);`,
    ],
    breaks: 'jumps-ahead',
    lesson: 'It jumps, and the count does not. After a restart it is below what it has used.',
  },
  'does not flush its number': {
    edit: [
      `this.disk.write('generation', this.generation);\n    this.disk.flush();`,
      `this.disk.write('generation', this.generation);`,
    ],
    breaks: 'jumps-ahead',
    lesson: 'Until the flush the number may be lost, and be used a second time.',
  },
  'asks, then persists its number': {
    edit: [
      [`this.disk.write('generation', this.generation);\n    this.disk.flush();\n`, ''],
      [
        `this.broadcast({ type: 'prepare', generation: this.generation });`,
        `this.broadcast({ type: 'prepare', generation: this.generation });
    this.disk.write('generation', this.generation);
    this.disk.flush();`,
      ],
    ],
    breaks: 'jumps-ahead',
    lesson: 'In between it can crash: the number is out, and the disk does not know of it.',
  },
});
