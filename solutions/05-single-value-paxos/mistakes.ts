import { mistakes } from '#harness';

export default mistakes({
  // ── Phase 1b: promises ───────────────────────────────────────────────────────────────────────
  'promises whatever is asked': {
    edit: ['if (compare(ballot, this.promised) <= 0) return;', ''],
    breaks: 'promise',
    lesson:
      'A promise binds: after a higher one there is no lower one. Otherwise two proposers both believe that the past is settled.',
  },
  'promises only the first ballot': {
    edit: ['compare(ballot, this.promised) <= 0', 'this.promised !== lowest'],
    breaks: 'promise',
    lesson:
      'A promise is no lock. Whoever got it may be gone, and a higher ballot takes over from it.',
  },
  'promises only lower ballots': {
    edit: ['compare(ballot, this.promised) <= 0', 'compare(ballot, this.promised) >= 0'],
    breaks: 'promise',
    lesson: 'The other way round: the higher ballot takes over.',
  },
  'forgets what it has promised': {
    edit: ['this.promised = ballot;\n    this.save();', 'this.save();'],
    breaks: 'promise',
    lesson: 'Whoever promises has to remember it, or the next lower ballot gets the same answer.',
  },
  'tells nothing of what it has accepted': {
    edit: ['accepted: this.accepted }', 'accepted: undefined }'],
    breaks: 'accept',
    lesson:
      'The promise carries the past to the proposer. Without it every proposer believes that it is the first.',
  },
  'tells of what it accepted first': {
    edit: ['this.accepted = { ballot, value };', 'this.accepted ??= { ballot, value };'],
    breaks: 'accept',
    lesson:
      'What it accepted under the highest ballot may be chosen; what it accepted first may have failed long ago.',
  },
  'tells of what it has accepted only once': {
    edit: [
      'accepted: this.accepted });',
      'accepted: this.accepted });\n    this.accepted = undefined;',
    ],
    breaks: 'kept-promises',
    lesson:
      'The proposer that was told may be gone before it has done anything. The next one has to hear it, too.',
  },
  'tells of its proposal under the new ballot': {
    edit: [
      'accepted: this.accepted }',
      'accepted: this.accepted && { ...this.accepted, ballot } }',
    ],
    breaks: 'kept-promises',
    lesson:
      'A proposal belongs to the ballot under which it was accepted. Under a younger one, an old proposal beats a newer one.',
  },

  'compares ballots that are lists by >': {
    edit: [
      [
        'export interface Ballot {\n  readonly round: number;\n  readonly proposer: ProcessId;\n}',
        'export type Ballot = readonly [number, ProcessId];',
      ],
      ["lowest: Ballot = { round: 0, proposer: '' }", "lowest: Ballot = [0, '']"],
      ['{ round: above.round + 1, proposer }', '[above[0] + 1, proposer]'],
      [
        'if (a.round !== b.round) return a.round - b.round;\n  if (a.proposer === b.proposer) return 0;\n  return a.proposer < b.proposer ? -1 : 1;',
        'return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1);',
      ],
      ['compare(ballot, this.promised) <= 0', 'ballot <= this.promised'],
    ],
    breaks: 'promise',
    lesson:
      'JavaScript makes texts of two lists before it compares them, and as text 10 comes before 9.',
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
      'The ballot that it has promised is the very one that will ask it to accept. With n > promise nothing is ever accepted.',
  },
  'accepts only what it has promised': {
    edit: ['compare(ballot, this.promised) < 0', 'compare(ballot, this.promised) !== 0'],
    breaks: 'accept',
    lesson:
      'The prepare request may have been lost. There is no reason to refuse a ballot above the promise.',
  },
  'accepts only one proposal in its life': {
    edit: [
      'if (compare(ballot, this.promised) < 0) return;',
      'if (compare(ballot, this.promised) < 0 || this.accepted !== undefined) return;',
    ],
    breaks: 'accept',
    lesson:
      'Accepted is not chosen. If each acceptor sticks to its first proposal, three proposers can block three acceptors for ever.',
  },
  'does not raise its promise when it accepts': {
    edit: ['this.promised = ballot;\n    this.accepted = {', 'this.accepted = {'],
    breaks: 'late-accept',
    lesson:
      'It may accept a ballot that it never promised. Then a late request from below must not replace that: so accepting raises the promise.',
  },
  'keeps the proposal with the larger value': {
    edit: [
      'this.accepted = { ballot, value };',
      "if (String(value) >= String(this.accepted?.value ?? '')) this.accepted = { ballot, value };",
    ],
    breaks: 'accept',
    lesson: 'Values have no order that matters here. Ballots have.',
  },
  'says accepted, and keeps nothing': {
    edit: ['this.accepted = { ballot, value };', ''],
    breaks: 'accept',
    lesson: 'A majority of such acceptors chooses a value that nobody can find out any more.',
  },
  'says accepted when it refuses': {
    edit: [
      'if (compare(ballot, this.promised) < 0) return;',
      "if (compare(ballot, this.promised) < 0) return this.send(from, { type: 'accepted', ballot, value });",
    ],
    breaks: 'accept',
    lesson: 'Silence, or a message of another type, but not a vote that was never cast.',
  },

  // ── Restarts ─────────────────────────────────────────────────────────────────────────────────
  'keeps its state in fields only': {
    edit: [
      ["this.disk.read<Ballot>('promised') ?? lowest", 'lowest'],
      ["accepted = this.disk.read<Proposal>('accepted')", 'accepted: Proposal | undefined'],
    ],
    breaks: 'restart',
    lesson:
      'After a restart it votes as if it had never voted, and a majority that forgets is no majority.',
  },
  'persists its promise, not what it accepted': {
    edit: ["this.disk.write('accepted', this.accepted);", ''],
    breaks: 'restart',
    lesson:
      'The promise keeps lower ballots out, the proposal tells higher ones what may be chosen. Both have to survive.',
  },
  'persists what it accepted, not its promise': {
    edit: ["this.disk.write('promised', this.promised);", ''],
    breaks: 'restart',
    lesson:
      'A proposer relies on the promise although nothing is accepted yet. A restart must not break it.',
  },
  'writes its next promise over what it accepted': {
    edit: [
      ["this.disk.read<Ballot>('promised') ??", "this.disk.read<Acceptor>('state')?.promised ??"],
      ["this.disk.read<Proposal>('accepted')", "this.disk.read<Acceptor>('state')?.accepted"],
      [
        "this.save();\n    this.send(from, { type: 'promise'",
        "this.disk.write('state', { promised: ballot });\n    this.disk.flush();\n    this.send(from, { type: 'promise'",
      ],
      [
        "this.disk.write('promised', this.promised);\n    this.disk.write('accepted', this.accepted);",
        "this.disk.write('state', { promised: this.promised, accepted: this.accepted });",
      ],
    ],
    breaks: 'restart',
    lesson:
      'Under one key on the disk lies one value, whole. Whoever writes half of it there has lost the other half.',
  },
  'persists no promise once it has accepted': {
    edit: [
      "this.save();\n    this.send(from, { type: 'promise'",
      "if (this.accepted === undefined) this.save();\n    this.send(from, { type: 'promise'",
    ],
    breaks: 'restart',
    lesson:
      'An acceptance is followed by further promises, and each of them binds after a restart, too.',
  },
  'writes to its disk what it then refuses, and flushes it later': {
    edit: [
      [
        'if (compare(ballot, this.promised) < 0) return;',
        "this.disk.write('accepted', { ballot, value });\n    if (compare(ballot, this.promised) < 0) return;",
      ],
      [
        "this.save();\n    this.send(from, { type: 'promise'",
        "this.disk.write('promised', ballot);\n    this.disk.flush();\n    this.send(from, { type: 'promise'",
      ],
    ],
    breaks: 'restart',
    lesson:
      'What it refused must not be on its disk either: the next flush makes it last, and a restart brings it back.',
  },
  'writes to its disk before it checks': {
    edit: [
      'if (compare(ballot, this.promised) < 0) return;',
      "this.disk.write('accepted', { ballot, value });\n    if (compare(ballot, this.promised) < 0) return;",
    ],
    breaks: 'restart',
    lesson:
      'What was written without a flush may be gone after a crash, or not. What it refused must not be on its disk at all.',
  },
  'raises its promise in memory only when it accepts': {
    edit: [
      "this.save();\n    this.send(from, { type: 'accepted'",
      "this.disk.write('accepted', this.accepted);\n    this.disk.flush();\n    this.send(from, { type: 'accepted'",
    ],
    breaks: 'restart',
    lesson:
      'After a restart it is the mistake of the late accept again: a request from below replaces what was accepted above.',
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
      'Between the two lines there is room for a crash. Persist first, for what was said cannot be taken back.',
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
  'has ballots without names, and promises the same one twice': {
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
    lesson: 'Then 1.p1 and 1.p2 are the same ballot to whoever compares them.',
  },
  'compares rounds as text': {
    edit: [
      'if (a.round !== b.round) return a.round - b.round;',
      'if (a.round !== b.round) return String(a.round) < String(b.round) ? -1 : 1;',
    ],
    breaks: 'ballots',
    lesson:
      'As text, 10 comes before 9: with its tenth ballot a proposer falls back behind its ninth.',
  },
  'compares rounds as text, and seldom tries again': {
    edit: [
      [
        'if (a.round !== b.round) return a.round - b.round;',
        'if (a.round !== b.round) return String(a.round) < String(b.round) ? -1 : 1;',
      ],
      ['voices = new Set<ProcessId>();', 'voices = new Set<ProcessId>();\n  pauseMs = retryMs;'],
      [
        'Math.round(retryMs * (1 + this.random()))',
        'Math.round((this.pauseMs = Math.min(2000, 2 * this.pauseMs)) * (1 + this.random()))',
      ],
    ],
    breaks: 'ballots',
    lesson: 'As text, 10 comes before 9, however long it takes to get there.',
  },
  'forgets its ballots in a restart': {
    edit: ["ballot = this.disk.read<Ballot>('ballot') ?? lowest;", 'ballot = lowest;'],
    breaks: 'ballots',
    lesson:
      'Answers to that ballot are still on their way, and there may be a proposal under it. It is used up.',
  },
  'writes only the first ballot after a request': {
    edit: [
      [
        'this.wanted = value;',
        "this.wanted = value;\n    this.disk.write('ballot', nextBallot(this.ballot, this.id));\n    this.disk.flush();",
      ],
      [
        "this.disk.write('ballot', this.ballot);\n    this.disk.flush();\n    this.enter",
        'this.enter',
      ],
    ],
    breaks: 'ballots',
    lesson: 'A second attempt uses up a ballot just as the first one did.',
  },
  'flushes only the first ballot after a request': {
    edit: [
      "this.disk.flush();\n    this.enter('prepare')",
      "if (this.phase === 'idle') this.disk.flush();\n    this.enter('prepare')",
    ],
    breaks: 'ballots',
    lesson: 'A second attempt uses up a ballot just as the first one did.',
  },
  'does not flush its ballot': {
    edit: [
      "this.disk.write('ballot', this.ballot);\n    this.disk.flush();",
      "this.disk.write('ballot', this.ballot);",
    ],
    breaks: 'ballots',
    lesson: 'The ballot must be safe on disk before anybody hears of it.',
  },
  'goes on with its ballot after a restart': {
    edit: ["= 'idle';", "= this.disk.read('ballot') === undefined ? 'idle' : 'prepare';"],
    breaks: 'ballots',
    lesson:
      'It no longer knows what it issued under this ballot, nor what its client wanted. Begin a new one.',
  },
  'asks the first majority only': {
    edit: [
      "this.broadcast({ type: 'prepare', ballot: this.ballot });",
      "for (const to of this.everyone.slice(0, majority(this.everyone.length))) this.send(to, { type: 'prepare', ballot: this.ballot });",
    ],
    breaks: 'one-proposer',
    lesson: 'A majority is up, but not this one. Whoever asks all of them need not know who is up.',
  },

  // ── Phase 2a: which value ────────────────────────────────────────────────────────────────────
  'insists on its own value': {
    edit: ['value: this.highest.value });', 'value: this.wanted });'],
    breaks: 'latecomer',
    lesson: 'If a promise tells of a proposal, that one may be chosen. Your own value is dead.',
  },
  'takes 0, an empty text, false and null for nothing': {
    edit: ['if (accepted !== undefined && ', 'if (accepted?.value && '],
    breaks: 'latecomer',
    lesson: 'Nothing accepted, and a value that JavaScript calls falsy, are two things.',
  },
  'takes null for nothing': {
    edit: ['value: this.highest.value });', 'value: this.highest.value ?? this.wanted });'],
    breaks: 'latecomer',
    lesson: 'Null is a value that a client may ask for, and that may be chosen.',
  },
  'takes the first value that it hears of': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      'compare(this.highest.ballot, lowest) === 0',
    ],
    breaks: 'value-trap',
    lesson:
      'Which promise arrives first is chance. The highest ballot is the one that may be chosen.',
  },
  'takes the last value that it hears of': {
    edit: [' && compare(accepted.ballot, this.highest.ballot) > 0', ''],
    breaks: 'value-trap',
    lesson:
      'Which promise arrives last is chance. The highest ballot is the one that may be chosen.',
  },
  'takes the value of the lowest ballot': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      '(compare(this.highest.ballot, lowest) === 0 || compare(accepted.ballot, this.highest.ballot) < 0)',
    ],
    breaks: 'value-trap',
    lesson:
      'Had the oldest proposal been chosen, those above it would carry the same value. So it was not.',
  },
  'takes the largest value': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      '(this.highest.ballot === lowest || String(accepted.value) > String(this.highest.value))',
    ],
    breaks: 'value-trap',
    lesson: 'The highest ballot decides. What it is that was proposed there says nothing.',
  },
  'overlooks a falsy value that it heard of before': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      '(!this.highest.value || compare(accepted.ballot, this.highest.ballot) > 0)',
    ],
    breaks: 'value-trap',
    lesson:
      'Whether a promise has told of something is one question, and whether its value is falsy another.',
  },
  'sorts what it hears of by > on lists': {
    edit: [
      [
        'export interface Ballot {\n  readonly round: number;\n  readonly proposer: ProcessId;\n}',
        'export type Ballot = readonly [number, ProcessId];',
      ],
      [
        "export const lowest: Ballot = { round: 0, proposer: '' }",
        "export const lowest: Ballot = [0, '']",
      ],
      ['{ round: above.round + 1, proposer }', '[above[0] + 1, proposer]'],
      [
        'if (a.round !== b.round) return a.round - b.round;\n  if (a.proposer === b.proposer) return 0;\n  return a.proposer < b.proposer ? -1 : 1;',
        'return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1);',
      ],
      [
        'compare(accepted.ballot, this.highest.ballot) > 0',
        'accepted.ballot > this.highest.ballot',
      ],
    ],
    breaks: 'value-trap',
    lesson:
      'JavaScript makes texts of two lists before it compares them, and as text 10 comes before 9.',
  },
  'insists on its own value from the third proposal on': {
    edit: [
      ['voices = new Set<ProcessId>();', 'voices = new Set<ProcessId>();\n  issued = 0;'],
      [
        'value: this.highest.value });',
        'value: ++this.issued > 2 ? this.wanted : this.highest.value });',
      ],
    ],
    breaks: 'value-trap',
    lesson:
      'That others have tried in vain to get a value chosen does not mean that it is not. P2c holds for every proposal.',
  },
  'takes the most common value': {
    edit: [
      [
        'voices = new Set<ProcessId>();',
        'voices = new Set<ProcessId>();\n  told: Proposal[] = [];',
      ],
      ["this.enter('prepare');", "this.enter('prepare');\n    this.told = [];"],
      [
        'if (accepted !== undefined && compare(accepted.ballot, this.highest.ballot) > 0) {\n      this.highest = accepted;',
        'if (accepted !== undefined) {\n      this.told.push(accepted);\n      const times = ({ value }: Proposal) =>\n        this.told.filter((each) => each.value === value).length;\n      const order = (a: Proposal, b: Proposal) =>\n        times(b) - times(a) || compare(b.ballot, a.ballot);\n      this.highest = this.told.toSorted(order)[0] as Proposal;',
      ],
    ],
    breaks: 'value-trap',
    lesson:
      'Two acceptors may remember a proposal that failed, and one the proposal that is chosen. Ballots decide, not numbers.',
  },
  'compares proposals by their rounds only': {
    edit: [
      'compare(accepted.ballot, this.highest.ballot) > 0',
      'accepted.ballot.round > this.highest.ballot.round',
    ],
    breaks: 'value-trap',
    lesson: 'Ballots of one round are not equal either: 1.p2 is above 1.p1, and its value counts.',
  },
  'ignores its own old proposal': {
    edit: [
      'if (accepted !== undefined && ',
      'if (accepted !== undefined && accepted.ballot.proposer !== this.id && ',
    ],
    breaks: 'every-order',
    lesson:
      'Its own proposal may carry the value of somebody else, taken over under an earlier ballot. It binds like any other.',
  },

  // ── Phase 2a: when ───────────────────────────────────────────────────────────────────────────
  'issues without asking anybody': {
    edit: [
      "this.broadcast({ type: 'prepare', ballot: this.ballot });",
      "this.enter('accept');\n    this.broadcast({ type: 'prepare', ballot: this.ballot });\n    this.broadcast({ type: 'accept', ballot: this.ballot, value: this.wanted });",
    ],
    breaks: 'p2c',
    lesson: 'Phase 1 is how a proposer hears of the past, and how it stops what is lower.',
  },
  'issues with half of the promises': {
    edit: [
      "if (this.voices.size < majority(this.everyone.length)) return;\n    this.enter('accept');",
      "if (2 * this.voices.size < this.everyone.length) return;\n    this.enter('accept');",
    ],
    breaks: 'p2c',
    lesson:
      'Of four acceptors, the two that did not promise are free to accept something lower. A majority leaves no room for that.',
  },
  'issues again with each further promise': {
    edit: [
      ['voices = new Set<ProcessId>();', 'voices = new Set<ProcessId>();\n  givers = new Set();'],
      ["this.enter('prepare');", "this.enter('prepare');\n    this.givers.clear();"],
      ["this.phase !== 'prepare' || ", "this.phase === 'idle' || "],
      ['this.voices.add(from);\n    if (accepted', 'this.givers.add(from);\n    if (accepted'],
      [
        "if (this.voices.size < majority(this.everyone.length)) return;\n    this.enter('accept');",
        "if (this.givers.size < majority(this.everyone.length)) return;\n    this.enter('accept');",
      ],
    ],
    breaks: 'ballots',
    lesson:
      'A promise after the majority may tell of something new. By then a proposal is out under this ballot, and there is only one.',
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
      'What an acceptor told under an old ballot was true then. It may have accepted something since.',
  },
  'counts refusals, once a promise completes the set': {
    edit: [
      [
        'if (compare(ballot, this.promised) <= 0) return;',
        "if (compare(ballot, this.promised) <= 0) return this.send(from, { type: 'reject', ballot } as never);",
      ],
      [
        "receive(message: Message, from: ProcessId): void {\n    switch (message.type) {\n      case 'promise':",
        "receive(message: Message, from: ProcessId): void {\n    switch (message.type as string) {\n      case 'reject':\n        if (this.phase === 'prepare' && compare(message.ballot, this.ballot) === 0) this.voices.add(from);\n        return;\n    }\n    switch (message.type) {\n      case 'promise':",
      ],
    ],
    breaks: 'one-voice-each',
    lesson:
      'Who refuses has promised nothing, and told nothing of what it accepted. A majority of answers is not a majority of promises.',
  },
  'issues under the ballot of an old promise': {
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
  'does not begin to count anew': {
    edit: ['this.voices.clear();', ''],
    breaks: 'one-voice-each',
    lesson: 'A voice counts in one phase of one ballot. Each phase asks something else.',
  },

  // ── Majorities, and learning ─────────────────────────────────────────────────────────────────
  'takes half for a majority': {
    edit: ['Math.floor(n / 2) + 1', 'Math.floor(n / 2)'],
    breaks: 'agreement',
    lesson: 'Two halves need not meet, and then neither can know of the other.',
  },
  'rounds half up': {
    edit: ['Math.floor(n / 2) + 1', 'Math.ceil(n / 2)'],
    breaks: 'learned-is-chosen',
    lesson: 'Right for three and five by luck. Of four acceptors, two are no majority.',
  },
  'waits for everybody': {
    edit: ['Math.floor(n / 2) + 1', 'n'],
    breaks: 'one-proposer',
    lesson: 'One acceptor that is down would stop everything.',
  },
  'learns with the first acceptance': {
    edit: [
      "if (this.voices.size < majority(this.everyone.length)) return;\n    this.enter('learned');",
      "this.enter('learned');",
    ],
    breaks: 'learned-is-chosen',
    lesson:
      'Accepted is not chosen. A higher ballot that asks the others may end in another value.',
  },
  'learns what it has issued': {
    edit: [
      "this.broadcast({ type: 'accept', ballot: this.ballot, value: this.highest.value });",
      "this.broadcast({ type: 'accept', ballot: this.ballot, value: this.highest.value });\n    this.learn(this.highest.value);",
    ],
    breaks: 'one-proposer',
    lesson: 'A promise is no vote. Nobody has accepted anything yet.',
  },
  'counts acceptances of old ballots': {
    edit: [
      "this.phase !== 'accept' || compare(ballot, this.ballot) !== 0",
      "this.phase !== 'accept'",
    ],
    breaks: 'one-voice-each',
    lesson:
      'Chosen means: by a majority, under one ballot. Two acceptances under two ballots are none, even of the same value.',
  },
  'learns what a majority of promises tells': {
    edit: [
      ['voices = new Set<ProcessId>();', 'voices = new Set<ProcessId>();\n  told: Value[] = [];'],
      ["this.enter('prepare');", "this.enter('prepare');\n    this.told = [];"],
      [
        'this.voices.add(from);\n    if (accepted',
        'if (accepted !== undefined && !this.voices.has(from)) this.told.push(accepted.value);\n    this.voices.add(from);\n    if (accepted',
      ],
      [
        "this.enter('accept');",
        "const [told] = this.told;\n    if (this.told.filter((each) => each === told).length === this.voices.size) {\n      this.cancelTimer('retry');\n      this.enter('learned');\n      return this.learn(told as Value);\n    }\n    this.enter('accept');",
      ],
    ],
    breaks: 'every-order',
    lesson:
      'If all tell of one ballot, its value is chosen, and phase 2 is not needed. If they tell of one value under two ballots, it is not.',
  },
  'learns what its client wanted': {
    edit: ['this.learn(value);', 'this.learn(this.wanted);'],
    breaks: 'latecomer',
    lesson: "What is chosen is the value of the proposal, which may be somebody else's.",
  },
  'tells nobody what it has learned': {
    edit: ['this.learn(value);', ''],
    breaks: 'one-proposer',
    lesson: 'A value that is chosen and that nobody learns is of no use to any client.',
  },

  // ── Trying again ─────────────────────────────────────────────────────────────────────────────
  'never tries again': {
    edit: ["this.setTimer('retry', Math.round(retryMs * (1 + this.random())));", ''],
    breaks: 'alone',
    lesson:
      'Messages get lost, and higher ballots get in between. Only its own timer tells a proposer of that.',
  },
  'tries again under the same ballot': {
    edit: [
      'override timeout(): void {\n    this.prepare();',
      "override timeout(): void {\n    this.broadcast({ type: 'prepare', ballot: this.ballot });\n    this.setTimer('retry', 2 * retryMs);",
    ],
    breaks: 'alone',
    lesson: 'Whoever has promised more will never answer it. Only a higher ballot gets through.',
  },
  'gives up after eight attempts': {
    edit: [
      ['voices = new Set<ProcessId>();', 'voices = new Set<ProcessId>();\n  attempts = 0;'],
      ["this.setTimer('retry'", "if (++this.attempts < 8) this.setTimer('retry'"],
    ],
    breaks: 'alone',
    lesson: 'A network may be away for longer than anybody thought. The client is still waiting.',
  },
  'stops its timer when it issues': {
    edit: ["this.enter('accept');", "this.enter('accept');\n    this.cancelTimer('retry');"],
    breaks: 'duel',
    lesson: 'An accept request can be lost, too, and a higher ballot can get in before it.',
  },
  'tries again after a fixed time': {
    edit: ['Math.round(retryMs * (1 + this.random()))', 'retryMs'],
    breaks: 'duel',
    lesson:
      'Two proposers that wait equally long stay in step, and overtake each other for ever. Chance ends it.',
  },
  'tries again although it has learned': {
    edit: ["this.cancelTimer('retry');", ''],
    breaks: 'one-proposer',
    lesson: 'It breaks nothing and never ends; and everybody else has to overtake it.',
  },
});
