import { mistakes } from '#harness';

export default mistakes({
  // ── Stickiness ───────────────────────────────────────────────────────────────────────────────
  'never believes in its leader': {
    edit: ['if (this.leaderHeardAt === undefined) return false;', 'return false;'],
    breaks: 'leader-alive',
    lesson:
      'Then every request is a request, as before: whoever has lost sight of the leader deposes it.',
  },
  'forgets that it leads itself': {
    edit: [`if (this.state === 'leader') return true;`, ''],
    breaks: 'leader-alive',
    lesson: 'A leader has not heard from itself, and knows best that there is one.',
  },
  'takes the time 0 for never': {
    edit: ['this.leaderHeardAt === undefined', '!this.leaderHeardAt'],
    breaks: 'leader-alive',
    lesson: '0 is a time like any other. Ask for undefined.',
  },
  'is loyal for ever': {
    edit: [
      'return this.now() - this.leaderHeardAt < this.settings.electionTimeoutMs.min;',
      'return true;',
    ],
    breaks: 'leader-alive',
    lesson:
      'Once its leader is dead, nobody gets a vote or a pre-vote from it: no leader any more.',
  },
  'is loyal for longer than anybody waits': {
    edit: ['< this.settings.electionTimeoutMs.min', '<= this.settings.electionTimeoutMs.max'],
    breaks: 'leader-alive',
    lesson:
      'The first candidate after the death of a leader waits for 150 ms or a little more. If the others are loyal for longer, its campaign is in vain, and the next as well.',
  },
  'is loyal between two heartbeats only': {
    edit: ['< this.settings.electionTimeoutMs.min', '< heartbeatMs'],
    breaks: 'leader-alive',
    lesson: 'One late heartbeat, and a candidate that nobody needs gets through.',
  },
  'refuses its vote, and takes over the term': {
    edit: [
      'return !isTransfer && this.isLeaderAlive();',
      `const isIgnored = !isTransfer && this.isLeaderAlive();\n    if (isIgnored) this.seeTerm(this.currentTerm + 1);\n    return isIgnored;`,
    ],
    breaks: 'leader-alive',
    lesson:
      'The higher term deposes the leader, whoever gets the vote. So the request must not be seen at all.',
  },
  'blocks the transfer': {
    edit: ['return !isTransfer && this.isLeaderAlive();', 'return this.isLeaderAlive();'],
    breaks: 'transfer',
    lesson:
      'Everybody has just heard the leader that wants to go: without the exception nobody can be made the next one on purpose.',
  },

  // ── PreVote: the question ────────────────────────────────────────────────────────────────────
  'campaigns without asking': {
    edit: [`this.state = 'pre-candidate';`, `return this.campaign();`],
    breaks: 'ask-first',
    lesson: 'A campaign raises the term, and a higher term deposes the leader.',
  },
  'raises its term to ask': {
    edit: [
      [
        `this.state = 'pre-candidate';`,
        `this.state = 'pre-candidate';\n    this.currentTerm += 1;`,
      ],
      ['nextTerm: this.currentTerm + 1,', 'nextTerm: this.currentTerm,'],
      ['nextTerm !== this.currentTerm + 1', 'nextTerm !== this.currentTerm'],
    ],
    breaks: 'ask-first',
    lesson:
      'Alone for a minute it is hundreds of terms ahead, and deposes the leader when it comes back. That was to be mended.',
  },
  'asks once, and waits for ever': {
    edit: [
      `this.preVotes = new Set([this.id]);\n    this.resetElectionTimer();`,
      `this.preVotes = new Set([this.id]);`,
    ],
    breaks: 'ask-first',
    lesson: 'The answers may be no, or lost. So whoever asks has to ask again.',
  },
  'asks for the term in which it is': {
    edit: ['nextTerm: this.currentTerm + 1,', 'nextTerm: this.currentTerm,'],
    breaks: 'ask-first',
    lesson: 'In that term the votes are given away. The question is about the next one.',
  },
  'frees its vote to ask': {
    edit: [
      `this.state = 'pre-candidate';`,
      `this.state = 'pre-candidate';\n    this.votedFor = null;\n    this.persist();`,
    ],
    breaks: 'ask-first',
    lesson:
      'It is still in the term in which it has voted. Free once more, its vote goes to a second candidate there.',
  },
  'votes for itself to ask': {
    edit: [
      `this.state = 'pre-candidate';`,
      `this.state = 'pre-candidate';\n    this.votedFor = this.id;\n    this.persist();`,
    ],
    breaks: 'ask-first',
    lesson:
      'votedFor is about the term in which it is, and it is no candidate there. Another one may need that vote.',
  },

  // ── PreVote: the answer ──────────────────────────────────────────────────────────────────────
  'would vote while the leader is alive': {
    edit: ['this.isUpToDate(request) && !this.isLeaderAlive()', 'this.isUpToDate(request)'],
    breaks: 'would-vote',
    lesson:
      'Half a PreVote: it keeps out those that nobody reaches, and not the one that has lost sight of the leader, as in the chain.',
  },
  'would vote for any log': {
    edit: ['this.isUpToDate(request) && !this.isLeaderAlive()', '!this.isLeaderAlive()'],
    breaks: 'would-vote',
    lesson: 'The campaign that follows cannot be won. Its term is for nothing.',
  },
  'would vote in terms that are over': {
    edit: ['nextTerm > this.currentTerm && this.isUpToDate', 'this.isUpToDate'],
    breaks: 'would-vote',
    lesson: 'It would not: in the campaign the answer is no.',
  },
  'takes over the term of a PreVote': {
    edit: [
      'const { nextTerm } = request;',
      'const { nextTerm } = request;\n    this.seeTerm(nextTerm);',
    ],
    breaks: 'would-vote',
    lesson:
      'Nobody is in that term. Whoever asks would raise it all the same, and depose the leader.',
  },
  'votes when it is asked whether it would': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (voteGranted) {\n      this.votedFor = request.candidateId;\n      this.persist();\n    }\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'would-vote',
    lesson:
      'votedFor is about the term in which it is, and there it may have voted for somebody else. Then it has voted twice.',
  },
  'takes its free vote for a pre-vote': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (voteGranted && this.votedFor === null) {\n      this.votedFor = request.candidateId;\n      this.persist();\n    }\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'would-vote',
    lesson:
      'Nobody is voted for twice, and yet whoever campaigns in this term does not get the vote that it needs.',
  },
  'would vote in its own term again': {
    edit: ['nextTerm > this.currentTerm && this', 'nextTerm >= this.currentTerm && this'],
    breaks: 'would-vote',
    lesson: 'In the term in which it is, it may have voted already.',
  },
  'gives up its own question for another': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (voteGranted) this.state = 'follower';\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'pre-majority',
    lesson:
      'Two that ask at a time say yes to each other, and neither of them is listening any more.',
  },
  'leads no more when it is asked': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (this.state === 'leader') {\n      this.state = 'follower';\n      this.resetElectionTimer();\n    }\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'would-vote',
    lesson: 'Whoever has lost sight of the leader would depose it by a question.',
  },
  'frees its vote when it is asked': {
    edit: [
      'const { nextTerm } = request;',
      'const { nextTerm } = request;\n    this.votedFor = null;',
    ],
    breaks: 'every-order',
    lesson:
      'The vote is free again when the term is a higher one, and the question does not make it one.',
  },
  'gives no pre-vote once it has voted': {
    edit: [
      'nextTerm > this.currentTerm && this',
      'nextTerm > this.currentTerm && this.votedFor === null && this',
    ],
    breaks: 'would-vote',
    lesson:
      'After an election in which the votes were split, everybody has voted. Nobody would ever get a pre-vote again.',
  },
  'gives no pre-vote while it asks itself': {
    edit: [
      'nextTerm > this.currentTerm && this',
      `nextTerm > this.currentTerm && this.state === 'follower' && this`,
    ],
    breaks: 'would-vote',
    lesson: 'Two that ask at a time would refuse each other, for ever.',
  },
  'refuses pre-votes once it has had a leader': {
    edit: [
      'this.isUpToDate(request) && !this.isLeaderAlive()',
      'this.isUpToDate(request) && this.leaderHeardAt === undefined',
    ],
    breaks: 'would-vote',
    lesson: 'The leader may have died since. Loyalty ends after the shortest timeout.',
  },
  'gives its pre-vote to one only': {
    edit: [
      [
        'nextTerm > this.currentTerm && this.isUpToDate(request) && !this.isLeaderAlive();',
        `nextTerm > this.currentTerm &&\n      this.isUpToDate(request) &&\n      !this.isLeaderAlive() &&\n      (this.given ?? from) === from;\n    if (voteGranted) this.given = from;`,
      ],
      [
        'preVotes = new Set<ProcessId>();',
        'preVotes = new Set<ProcessId>();\n  given: ProcessId | undefined;',
      ],
    ],
    breaks: 'would-vote',
    lesson:
      'A pre-vote is an opinion, and not a vote. If it were given away, whoever got it and then crashed would have it for ever.',
  },
  'waits anew for each PreVote': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (voteGranted) this.resetElectionTimer();\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'stable',
    lesson:
      'Four spokes that ask in vain keep the hub from asking, and the hub is the only one that could win: a stall that only a topology shows.',
  },
  'answers in the term of the question': {
    edit: [
      `type: 'PreVoteReply', term: this.currentTerm,`,
      `type: 'PreVoteReply', term: nextTerm,`,
    ],
    breaks: 'would-vote',
    lesson: 'The answer carries the own term, so that whoever is behind learns of it.',
  },
  'says nothing to those who are behind': {
    edit: [
      'const { nextTerm } = request;',
      'const { nextTerm } = request;\n    if (nextTerm <= this.currentTerm) return;',
    ],
    breaks: 'would-vote',
    lesson:
      'In plain Raft whoever campaigns catches up by itself, a term at a time. With PreVote it begins none: it has to be told, or it asks for the same term for ever.',
  },

  // ── PreVote: the count ───────────────────────────────────────────────────────────────────────
  'counts refusals': {
    edit: [
      'nextTerm !== this.currentTerm + 1 || !voteGranted',
      'nextTerm !== this.currentTerm + 1',
    ],
    breaks: 'pre-majority',
    lesson: 'An answer is not a yes.',
  },
  'counts pre-votes for old terms': {
    edit: [` || nextTerm !== this.currentTerm + 1 || !voteGranted`, ' || !voteGranted'],
    breaks: 'pre-majority',
    lesson: 'They say nothing about the term that would begin now.',
  },
  'keeps the pre-votes of its last question': {
    edit: ['this.preVotes = new Set([this.id]);', 'this.preVotes.add(this.id);'],
    breaks: 'pre-majority',
    lesson: 'Each question begins with one yes, its own.',
  },
  'gives up its own question when it says no': {
    edit: [
      `this.send(from, { type: 'PreVoteReply',`,
      `if (!voteGranted && this.state === 'pre-candidate') this.state = 'follower';\n    this.send(from, { type: 'PreVoteReply',`,
    ],
    breaks: 'pre-majority',
    lesson: 'Somebody who cannot win would keep it from asking, again and again.',
  },
  'keeps the pre-votes from before its leader came back': {
    edit: [
      [
        'this.preVotes = new Set([this.id]);',
        'if (this.askedFor !== this.currentTerm + 1) this.preVotes = new Set([this.id]);\n    this.askedFor = this.currentTerm + 1;',
      ],
      ['preVotes = new Set<ProcessId>();', 'preVotes = new Set<ProcessId>();\n  askedFor = 0;'],
    ],
    breaks: 'pre-majority',
    lesson:
      'The term is the same, and the question is not: whoever said yes then may hear the leader now.',
  },
  'hears only those in its own term': {
    edit: [
      [
        'handlePreVoteReply({ nextTerm, voteGranted }',
        'handlePreVoteReply({ term, nextTerm, voteGranted }',
      ],
      [
        `if (this.state !== 'pre-candidate' || nextTerm`,
        `if (term !== this.currentTerm) return;\n    if (this.state !== 'pre-candidate' || nextTerm`,
      ],
    ],
    breaks: 'pre-majority',
    lesson: 'A voter that is behind would vote as well: the request for its vote will bring it up.',
  },
  'counts answers, not servers': {
    edit: ['this.preVotes.add(from);', 'this.preVotes.add(from + this.preVotes.size);'],
    breaks: 'pre-majority',
    lesson: 'A message may come twice. Count voters.',
  },
  'does not count itself': {
    edit: ['this.preVotes = new Set([this.id]);', 'this.preVotes = new Set();'],
    breaks: 'pre-majority',
    lesson: 'It would vote for itself, and of three servers two may be left.',
  },
  'takes half for a majority': {
    edit: ['2 * this.preVotes.size > this', '2 * this.preVotes.size >= this'],
    breaks: 'pre-majority',
    lesson: 'Two of four cannot win.',
  },
  'wants everybody': {
    edit: ['2 * this.preVotes.size > this', 'this.preVotes.size === this'],
    breaks: 'pre-majority',
    lesson: 'One server that is down, and nobody would ever campaign.',
  },
  'campaigns though the leader is back': {
    edit: [
      `if (this.state !== 'pre-candidate' || nextTerm`,
      `if (this.state === 'leader' || !this.preVotes.has(this.id) || nextTerm`,
    ],
    breaks: 'pre-majority',
    lesson:
      'Between the question and the answers a heartbeat may come. Then there is nothing left to ask for.',
  },
  'counts what it did not ask for': {
    edit: [
      `if (this.state !== 'pre-candidate' || nextTerm`,
      `if (this.isLeaderAlive() || nextTerm`,
    ],
    breaks: 'pre-majority',
    lesson: 'Answers to a question before its crash: it has waited for no leader since.',
  },
  'says that the leader has sent it': {
    edit: [
      'if (2 * this.preVotes.size > this.everyone.length) this.campaign();',
      'if (2 * this.preVotes.size > this.everyone.length) this.campaign(true);',
    ],
    breaks: 'pre-majority',
    lesson:
      'The flag opens a door that stickiness keeps closed. Only the leader may hand out the key.',
  },
  'leads when it has the pre-votes': {
    edit: [
      'if (2 * this.preVotes.size > this.everyone.length) this.campaign();',
      'if (2 * this.preVotes.size > this.everyone.length) this.becomeLeader();',
    ],
    breaks: 'election-safety',
    lesson:
      'Two may have a majority of pre-votes at a time: nothing was given away, and nothing is on any disk.',
  },

  // ── CheckQuorum ──────────────────────────────────────────────────────────────────────────────
  'counts whom it has sent something': {
    edit: ['this.answered = new Set([this.id]);', 'this.answered = new Set(this.everyone);'],
    breaks: 'check-quorum',
    lesson:
      'A leader that can send and not receive would lead for ever. Only answers show that anybody is there.',
  },
  'ignores that it is alone': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.watchQuorum();\n  }\n\n  // ── Given`,
    ],
    breaks: 'check-quorum',
    lesson:
      'It is no use to anybody, and its heartbeats keep those who hear them from electing another.',
  },
  'steps down, and waits for nobody': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.state = 'follower';\n  }\n\n  // ── Given`,
    ],
    breaks: 'check-quorum',
    lesson:
      'A leader has no election timer. As a follower it needs one, for it may be the only one that can win.',
  },
  'checks once': {
    edit: ['return this.watchQuorum();', 'return;'],
    breaks: 'check-quorum',
    lesson: 'It was well connected in its first 300 ms. That says nothing of the next.',
  },
  'never forgets who has answered': {
    edit: [
      [
        'return this.watchQuorum();',
        `return this.setTimer('check-quorum', this.settings.electionTimeoutMs.max);`,
      ],
    ],
    breaks: 'check-quorum',
    lesson: 'An answer is evidence of the time when it was given. Each check needs new ones.',
  },
  'does not count itself as an answer': {
    edit: ['this.answered = new Set([this.id]);', 'this.answered = new Set();'],
    breaks: 'check-quorum',
    lesson: 'Two of three are a majority, and the leader is one of them.',
  },
  'counts answers of old terms': {
    edit: ['if (term === this.currentTerm) this.answered.add(from);', 'this.answered.add(from);'],
    breaks: 'check-quorum',
    lesson: 'They were late. They do not show that anybody follows in this term.',
  },
  'counts answers, and not who gave them': {
    edit: ['this.answered.add(from);', 'this.answered.add(from + this.answered.size);'],
    breaks: 'check-quorum',
    lesson: 'One follower answers every 50 ms. It is still one.',
  },
  'takes half for a quorum': {
    edit: ['2 * this.answered.size > this', '2 * this.answered.size >= this'],
    breaks: 'check-quorum',
    lesson: 'Two of four cannot commit anything.',
  },
  'wants an answer of everybody': {
    edit: ['2 * this.answered.size > this', 'this.answered.size === this'],
    breaks: 'check-quorum',
    lesson: 'One server that is down deposes every leader.',
  },
  'loses patience at once': {
    edit: [
      `this.setTimer('check-quorum', this.settings.electionTimeoutMs.max);`,
      `this.setTimer('check-quorum', heartbeatMs);`,
    ],
    breaks: 'check-quorum',
    lesson:
      'One heartbeat that is lost or late costs an election. The followers are more patient than that.',
  },
  'loses patience after two heartbeats': {
    edit: [
      `this.setTimer('check-quorum', this.settings.electionTimeoutMs.max);`,
      `this.setTimer('check-quorum', 2 * heartbeatMs);`,
    ],
    breaks: 'check-quorum',
    lesson:
      'It depends on when the silence begins whether two lost heartbeats cost an election: once in five times they do.',
  },
  'is a little too patient': {
    edit: [
      `this.setTimer('check-quorum', this.settings.electionTimeoutMs.max);`,
      `this.setTimer('check-quorum', this.settings.electionTimeoutMs.max + 10);`,
    ],
    breaks: 'check-quorum',
    lesson:
      'Who answers just after a check counts until the one after the next. So it takes twice the patience.',
  },
  'steps down at the second failure': {
    edit: [
      [
        `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
        `    if (!this.isWarned) {\n      this.watchQuorum();\n      this.isWarned = true;\n      return;\n    }\n    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      ],
      [
        'this.answered = new Set([this.id]);',
        'this.answered = new Set([this.id]);\n    this.isWarned = false;',
      ],
      ['answered = new Set<ProcessId>();', 'answered = new Set<ProcessId>();\n  isWarned = false;'],
    ],
    breaks: 'check-quorum',
    lesson: 'With a second chance it may lead for 900 ms without anybody.',
  },
  'frees its vote when it steps down': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.state = 'follower';\n    this.votedFor = null;\n    this.persist();\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
    ],
    breaks: 'check-quorum',
    lesson:
      'It leads no more, and is still in the term in which it has voted for itself. A second vote makes a second leader.',
  },
  'steps down to be a candidate': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.state = 'candidate';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
    ],
    breaks: 'check-quorum',
    lesson: 'A vote that was under way for long, and it leads again: a vote is no answer.',
  },
  'checks its quorum when it leads no more': {
    edit: [`if (this.state !== 'leader') return;\n    if (2`, `if (2`],
    breaks: 'check-quorum',
    lesson:
      'The timer of its former term is still running. When it runs out, it ends what the server is doing by then.',
  },
  'steps down into the next term': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.seeTerm(this.currentTerm + 1);\n  }\n\n  // ── Given`,
    ],
    breaks: 'no-term-for-nothing',
    lesson:
      'Nobody has asked for that term. When it is heard again, it deposes whoever leads by then.',
  },
  'campaigns when it steps down': {
    edit: [
      `    this.state = 'follower';\n    this.resetElectionTimer();\n  }\n\n  // ── Given`,
      `    this.campaign();\n  }\n\n  // ── Given`,
    ],
    breaks: 'no-term-for-nothing',
    lesson: 'It is cut off from a majority: it cannot win, and raises its term each time it tries.',
  },

  // ── What is given ────────────────────────────────────────────────────────────────────────────
  'gives up the log restriction': {
    edit: ['return lastLogIndex >= this.lastLogIndex;\n', 'return true;\n'],
    breaks: 'expected-stall',
    lesson:
      'Now the hub is elected, and everything moves again. It overwrites the entry that it lacks and that a majority has: a stall was the better answer.',
  },
});
