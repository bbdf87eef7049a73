import { mistakes } from '#harness';

export default mistakes({
  // ── Phase 1b: promises ───────────────────────────────────────────────────────────────────────
  'promises whatever is asked': {
    edit: ['if (compare(ballot, this.promised) <= 0) return;', ''],
    breaks: 'promise',
    lesson:
      'A promise is worth something only if it binds: after a higher one, no lower one. Otherwise two proposers both believe that the past is settled.',
  },
  'promises only the first ballot': {
    edit: [
      'if (compare(ballot, this.promised) <= 0) return;',
      'if (this.promised !== lowest) return;',
    ],
    breaks: 'promise',
    lesson:
      'A proposer that got a promise may be gone. A higher ballot takes over from it; a promise is no lock.',
  },
  'promises lower ballots only': {
    edit: ['compare(ballot, this.promised) <= 0', 'compare(ballot, this.promised) > 0'],
    breaks: 'promise',
    lesson: 'The other way round: the higher ballot wins.',
  },
  'forgets what it has promised': {
    edit: [
      "this.promised = ballot;\n    this.save();\n    this.send(from, { type: 'promise'",
      "this.send(from, { type: 'promise'",
    ],
    breaks: 'promise',
    lesson: 'Whoever promises has to remember it, or the next lower ballot gets the same answer.',
  },
  'tells nothing of what it has accepted': {
    edit: ['ballot, accepted: this.accepted }', 'ballot, accepted: undefined }'],
    breaks: 'accept',
    lesson:
      'The promise carries the past to the proposer. Without it every proposer believes that it is the first.',
  },
  'tells of what it accepted first': {
    edit: ['this.accepted = { ballot, value };', 'this.accepted ??= { ballot, value };'],
    breaks: 'accept',
    lesson:
      'What was accepted under the highest ballot may be chosen; what was accepted first may have failed long ago.',
  },
  'tells of its promise under the new ballot': {
    edit: [
      'ballot, accepted: this.accepted }',
      'ballot, accepted: this.accepted && { ...this.accepted, ballot } }',
    ],
    breaks: 'promises',
    lesson:
      'A proposal keeps the ballot under which it was accepted. With a younger one an old proposal beats a newer one.',
  },

  // ── Phase 2b: acceptances ────────────────────────────────────────────────────────────────────
  'accepts below its promise': {
    edit: ['if (compare(ballot, this.promised) < 0) return;', ''],
    breaks: 'accept',
    lesson:
      'The promise was: nothing lower any more. Some proposer has relied on it, and issued a value of its own.',
  },
  'accepts only above its promise': {
    edit: ['compare(ballot, this.promised) < 0', 'compare(ballot, this.promised) <= 0'],
    breaks: 'accept',
    lesson:
      'The ballot that it has promised is the very one that will ask it to accept. Unless it promised a higher one, it accepts.',
  },
  'accepts only what it has promised': {
    edit: ['compare(ballot, this.promised) < 0', 'compare(ballot, this.promised) !== 0'],
    breaks: 'accept',
    lesson:
      'A request to prepare may have been lost. There is no reason to refuse a ballot above the promise.',
  },
  'accepts only its first proposal': {
    edit: [
      'if (compare(ballot, this.promised) < 0) return;',
      'if (compare(ballot, this.promised) < 0 || this.accepted !== undefined) return;',
    ],
    breaks: 'accept',
    lesson:
      'Accepted is not chosen. If each acceptor stuck to its first proposal, three proposers could block three acceptors for ever.',
  },
  'does not raise its promise when it accepts': {
    edit: ['this.promised = ballot;\n    this.accepted = {', 'this.accepted = {'],
    breaks: 'late-accept',
    lesson:
      'If it accepts a ballot that it never promised, a late request under a lower one must not replace it: so accepting promises, too.',
  },
  'says accepted, and keeps nothing': {
    edit: ['this.accepted = { ballot, value };', ''],
    breaks: 'accept',
    lesson: 'A majority of such acceptors chooses a value that nobody can find out any more.',
  },
  'says that it has accepted even if it has not': {
    edit: [
      'if (compare(ballot, this.promised) < 0) return;',
      "if (compare(ballot, this.promised) < 0) return this.send(from, { type: 'accepted', ballot, value });",
    ],
    breaks: 'accept',
    lesson: 'Silence or a message of another type, but not a vote that was never cast.',
  },

  // ── Restarts ─────────────────────────────────────────────────────────────────────────────────
  'keeps its state in fields only': {
    edit: [
      ["this.disk.read<Ballot>('promised') ?? lowest", 'lowest'],
      ["accepted = this.disk.read<Proposal>('accepted')", 'accepted: Proposal | undefined'],
    ],
    breaks: 'restart',
    lesson:
      'A majority that forgets is no majority: after a restart the acceptor votes as if it had never voted.',
  },
  'persists its promise, not what it accepted': {
    edit: ["this.disk.write('accepted', this.accepted);", ''],
    breaks: 'restart',
    lesson:
      'Both belong together: the promise keeps lower ballots out, the acceptance tells higher ones what may be chosen.',
  },
  'persists what it accepted, not its promise': {
    edit: ["this.disk.write('promised', this.promised);", ''],
    breaks: 'restart',
    lesson:
      'A proposer relies on the promise, although nothing has been accepted yet. After a restart it is broken.',
  },
  'does not flush': {
    edit: [
      "this.disk.write('accepted', this.accepted);\n    this.disk.flush();",
      "this.disk.write('accepted', this.accepted);",
    ],
    breaks: 'restart',
    lesson: 'What was written and not flushed may be gone after a crash.',
  },
  'promises first, persists later': {
    edit: [
      "this.save();\n    this.send(from, { type: 'promise', ballot, accepted: this.accepted });",
      "this.send(from, { type: 'promise', ballot, accepted: this.accepted });\n    this.save();",
    ],
    breaks: 'restart',
    lesson:
      'Between the two lines there is room for a crash. Persist first: what was said cannot be taken back.',
  },
  'says accepted first, persists later': {
    edit: [
      "this.save();\n    this.send(from, { type: 'accepted', ballot, value });",
      "this.send(from, { type: 'accepted', ballot, value });\n    this.save();",
    ],
    breaks: 'restart',
    lesson:
      'If it crashes between the two lines, the proposer has counted a vote of which the acceptor knows nothing.',
  },

  // ── Phase 1a: ballots ────────────────────────────────────────────────────────────────────────
  'shares ballots with others': {
    edit: [
      [
        'return { round: above.round + 1, proposer };',
        "return { round: above.round + 1, proposer: 'p' };",
      ],
      ['compare(ballot, this.promised) <= 0', 'compare(ballot, this.promised) < 0'],
    ],
    breaks: 'ballots',
    lesson:
      'Two proposals under one ballot: each acceptor believes that it knows which one is meant. The name of the proposer makes ballots unique.',
  },
  'compares rounds only': {
    edit: [
      'if (a.proposer === b.proposer) return 0;\n  return a.proposer < b.proposer ? -1 : 1;',
      'return 0;',
    ],
    breaks: 'ballots',
    lesson: 'Then 1.p1 and 1.p2 are the same to an acceptor, and their promises count for both.',
  },
  'forgets its ballots in a restart': {
    edit: ["ballot = this.disk.read<Ballot>('ballot') ?? lowest;", 'ballot = lowest;'],
    breaks: 'ballots',
    lesson:
      'Answers to the ballot of the same number from before the restart are still on their way, and there may be a proposal under it.',
  },
  'asks before it has persisted its ballot': {
    edit: [
      [
        "this.disk.write('ballot', this.ballot);\n    this.disk.flush();\n    this.phase",
        'this.phase',
      ],
    ],
    breaks: 'ballots',
    lesson: 'The ballot must be on disk before anybody hears of it.',
  },
  'goes on where it was before a restart': {
    edit: [
      "= 'idle';",
      "= this.ballot0 === lowest ? 'idle' : 'prepare';\n  get ballot0() { return this.disk.read<Ballot>('ballot') ?? lowest; }",
    ],
    breaks: 'ballots',
    lesson:
      'After a restart it no longer knows who promised, nor what it issued. The ballot is used up.',
  },

  // ── Phase 2a: proposals ──────────────────────────────────────────────────────────────────────
  'insists on its own value': {
    edit: ['value: this.highest.value });', 'value: this.wanted });'],
    breaks: 'latecomer',
    lesson: 'If any promise tells of a proposal, that one may be chosen. Your own value is dead.',
  },
  'takes the first value that it hears of': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      'compare(this.highest.ballot, lowest) === 0',
    ],
    breaks: 'value-trap',
    lesson:
      'Which promise arrives first is chance. The highest ballot is the one that can be chosen.',
  },
  'takes the last value that it hears of': {
    edit: [' && compare(accepted.ballot, this.highest.ballot) > 0', ''],
    breaks: 'value-trap',
    lesson:
      'Which promise arrives last is chance. The highest ballot is the one that can be chosen.',
  },
  'takes the value of the lowest ballot': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      '(compare(this.highest.ballot, lowest) === 0 || compare(accepted.ballot, this.highest.ballot) < 0)',
    ],
    breaks: 'value-trap',
    lesson:
      'The oldest proposal did not make it, or else those above it would carry the same value. The highest ballot wins.',
  },
  'takes the most common value': {
    edit: [
      [
        '  /** A client wants this value',
        '  tally: Value[] = [];\n  /** A client wants this value',
      ],
      [
        'this.voices.add(from);\n    if (accepted !== undefined && compare(accepted.ballot, this.highest.ballot) > 0) {\n      this.highest = accepted;\n    }',
        'this.voices.add(from);\n    if (accepted !== undefined) {\n      this.tally.push(accepted.value);\n      const count = (value: Value) => this.tally.filter((each) => each === value).length;\n      const best = this.tally.toSorted((a, b) => count(b) - count(a))[0] as Value;\n      this.highest = { ballot: accepted.ballot, value: best };\n    }',
      ],
      [
        'this.voices = new Set();\n    this.highest =',
        'this.voices = new Set();\n    this.tally = [];\n    this.highest =',
      ],
    ],
    breaks: 'value-trap',
    lesson:
      'Two acceptors may remember a proposal that failed, and one the proposal that is chosen. Ballots decide, not votes.',
  },
  'takes 0, an empty text, false and null for nothing': {
    edit: ['if (accepted !== undefined && ', 'if (accepted?.value && '],
    breaks: 'latecomer',
    lesson: 'Nothing accepted and a value that JavaScript calls falsy are two things.',
  },
  'takes null for nothing': {
    edit: ['value: this.highest.value });', 'value: this.highest.value ?? this.wanted });'],
    breaks: 'latecomer',
    lesson: 'Null is a value that a client may ask for, and that may be chosen.',
  },
  'issues again with each further promise': {
    edit: [
      [
        "this.phase !== 'prepare' || compare(ballot, this.ballot) !== 0",
        "this.phase === 'idle' || compare(ballot, this.ballot) !== 0",
      ],
      ["this.phase = 'accept';\n    this.voices = new Set();", "this.phase = 'accept';"],
      [
        'this.voices = new Set();\n    this.highest',
        'this.voices = new Set();\n    this.accepts = new Set();\n    this.highest',
      ],
      [
        'voices = new Set<ProcessId>();',
        'voices = new Set<ProcessId>();\n  accepts = new Set<ProcessId>();',
      ],
      [
        "compare(ballot, this.ballot) !== 0) return;\n    this.voices.add(from);\n    if (this.voices.size < majority(this.everyone.length)) return;\n    this.phase = 'learned';",
        "compare(ballot, this.ballot) !== 0) return;\n    this.accepts.add(from);\n    if (this.accepts.size < majority(this.everyone.length)) return;\n    this.phase = 'learned';",
      ],
    ],
    breaks: 'ballots',
    lesson:
      'The promise after the majority may tell of something new. By then a proposal is out under this ballot, and there is only one.',
  },
  'takes half for a majority': {
    edit: ['Math.floor(n / 2) + 1', 'Math.floor(n / 2)'],
    breaks: 'agreement',
    lesson: 'Two halves need not meet, and then nobody can tell one of the other.',
  },
  'rounds half up': {
    edit: ['Math.floor(n / 2) + 1', 'Math.ceil(n / 2)'],
    breaks: 'learned-is-chosen',
    lesson: 'Right for three and five, by luck. Of four, two and two are both a half.',
  },
  'issues with half of the promises': {
    edit: [
      "if (this.voices.size < majority(this.everyone.length)) return;\n    this.phase = 'accept';",
      "if (2 * this.voices.size < this.everyone.length) return;\n    this.phase = 'accept';",
    ],
    breaks: 'p2c',
    lesson:
      'Of four acceptors two have promised, and the other two may have chosen something with one of them.',
  },
  'waits for everybody': {
    edit: ['Math.floor(n / 2) + 1', 'n'],
    breaks: 'one-proposer',
    lesson: 'One acceptor that is down would stop all.',
  },
  'issues without asking anybody': {
    edit: [
      "this.broadcast({ type: 'prepare', ballot: this.ballot });",
      "this.broadcast({ type: 'prepare', ballot: this.ballot });\n    this.phase = 'accept';\n    this.broadcast({ type: 'accept', ballot: this.ballot, value: this.wanted });",
    ],
    breaks: 'p2c',
    lesson: 'Phase 1 is how a proposer hears of what may be chosen, and stops what is lower.',
  },
  'counts messages, not acceptors': {
    edit: [
      [
        'this.voices.add(from);\n    if (accepted',
        'this.voices.add(from + this.voices.size);\n    if (accepted',
      ],
      [
        'this.voices.add(from);\n    if (this.voices',
        'this.voices.add(from + this.voices.size);\n    if (this.voices',
      ],
    ],
    breaks: 'one-voice-each',
    lesson: 'A message may arrive twice. A majority consists of different acceptors.',
  },
  'counts promises of old ballots': {
    edit: [
      "this.phase !== 'prepare' || compare(ballot, this.ballot) !== 0",
      "this.phase !== 'prepare'",
    ],
    breaks: 'one-voice-each',
    lesson:
      'What an acceptor told under an old ballot was true then. Since then it may have accepted something.',
  },
  'goes back to the ballot of an old promise': {
    edit: [
      [
        "this.phase !== 'prepare' || compare(ballot, this.ballot) !== 0",
        "this.phase !== 'prepare'",
      ],
      ["{ type: 'accept', ballot: this.ballot,", "{ type: 'accept', ballot,"],
    ],
    breaks: 'ballots',
    lesson: 'A ballot that was given up stays given up: there may be a proposal under it already.',
  },
  'counts acceptances of old ballots': {
    edit: [
      "this.phase !== 'accept' || compare(ballot, this.ballot) !== 0",
      "this.phase !== 'accept'",
    ],
    breaks: 'one-voice-each',
    lesson:
      'Chosen means: a majority under one ballot. Two acceptors that accepted the same value under different ballots have not chosen it.',
  },

  // ── Learning, and trying again ───────────────────────────────────────────────────────────────
  'learns with the first acceptance': {
    edit: [
      "if (this.voices.size < majority(this.everyone.length)) return;\n    this.phase = 'learned';",
      "this.phase = 'learned';",
    ],
    breaks: 'learned-is-chosen',
    lesson: 'Accepted is not chosen. A single acceptor may be outvoted by the others later.',
  },
  'learns with a majority of promises': {
    edit: [
      "this.broadcast({ type: 'accept', ballot: this.ballot, value: this.highest.value });",
      "this.broadcast({ type: 'accept', ballot: this.ballot, value: this.highest.value });\n    this.learn(this.highest.value);",
    ],
    breaks: 'one-proposer',
    lesson: 'A promise is no vote. Nobody has accepted anything yet.',
  },
  'learns what its client wanted': {
    edit: ['this.learn(value);', 'this.learn(this.wanted);'],
    breaks: 'latecomer',
    lesson: 'What is chosen is the value of the proposal, which may be somebody else’s.',
  },
  'tells nobody what it has learned': {
    edit: ['this.learn(value);', ''],
    breaks: 'one-proposer',
    lesson: 'A value that is chosen and that nobody has learned is of no use to a client.',
  },
  'never tries again': {
    edit: ["this.setTimer('retry', Math.round(retryMs * (1 + this.random())));", ''],
    breaks: 'alone',
    lesson:
      'Requests and answers get lost, and other ballots get in between. Then nobody but its own timer tells a proposer.',
  },
  'tries again under the same ballot': {
    edit: [
      'override timeout(): void {\n    this.prepare();',
      "override timeout(): void {\n    this.broadcast({ type: 'prepare', ballot: this.ballot });\n    this.setTimer('retry', Math.round(retryMs * (1 + this.random())));",
    ],
    breaks: 'alone',
    lesson: 'Those who have promised more will never answer it. Only a higher ballot gets through.',
  },
  'tries again after a fixed time': {
    edit: ['Math.round(retryMs * (1 + this.random()))', 'retryMs'],
    breaks: 'duel',
    lesson:
      'Two proposers that wait equally long stay in step, and overtake each other for ever. Chance, or waits that grow differently, ends it.',
  },
  'tries again although it has learned': {
    edit: ["this.cancelTimer('retry');", ''],
    breaks: 'one-proposer',
    lesson: 'It does no harm to safety, and never ends.',
  },
});
