import { mistakes } from '#harness';

export default mistakes({
  // ── When to campaign ─────────────────────────────────────────────────────────────────────────
  'waits for the same time everywhere': {
    edit: ['Math.round(min + (max - min) * this.random())', 'min'],
    breaks: 'one-leader-stays',
    lesson:
      'Servers that start together then campaign together, each votes for itself, and all do so again: nobody ever leads. Chance is what breaks the tie.',
  },
  'hardly varies its timeouts': {
    edit: ['(max - min) * this.random()', '5 * this.random()'],
    breaks: 'election-timer',
    lesson:
      'The spread has to be several times what a message takes, or a second candidate stands up before it has heard of the first.',
  },
  'draws its timeout once': {
    edit: [
      [
        'votes = new Set<ProcessId>();',
        'votes = new Set<ProcessId>();\n  patience = this.random();',
      ],
      ['* this.random()', '* this.patience'],
    ],
    breaks: 'campaign',
    lesson:
      'Two servers that have drawn alike split the votes, wait alike, and split them again. Draw anew for each attempt.',
  },
  'asks once, and waits for ever': {
    edit: [
      'this.votes = new Set([this.id]);\n    this.resetElectionTimer();',
      'this.votes = new Set([this.id]);',
    ],
    breaks: 'campaign',
    lesson:
      'Votes may be split or lost, so a candidate needs a timer as well: when it runs out, the next term.',
  },
  'does not wait anew when it has voted': {
    edit: ['this.persist();\n      this.resetElectionTimer();', 'this.persist();'],
    breaks: 'patience',
    lesson: 'Whoever votes gives the candidate the time to win, before it stands up against it.',
  },
  'takes no notice of heartbeats': {
    edit: [
      `this.state = 'follower';\n      this.resetElectionTimer();`,
      `this.state = 'follower';`,
    ],
    breaks: 'patience',
    lesson: 'A heartbeat is there to start the timer anew. Without that every leader is deposed.',
  },
  'waits for the same time after each heartbeat': {
    edit: [
      `this.state = 'follower';\n      this.resetElectionTimer();`,
      `this.state = 'follower';\n      this.setTimer('election', electionTimeoutMs.min);`,
    ],
    breaks: 'patience',
    lesson:
      'All followers hear the same heartbeat. When the leader is gone they would all stand up at the same moment.',
  },
  'is calmed by a leader of the past': {
    edit: [
      `if (term === this.currentTerm) {\n      this.state = 'follower';\n      this.resetElectionTimer();\n    }`,
      `const leads = this.state === 'leader';\n    if (term === this.currentTerm) this.state = 'follower';\n    if (!leads) this.resetElectionTimer();`,
    ],
    breaks: 'majority-wins',
    lesson:
      'A leader of an old term may go on for a while without knowing. If its heartbeats count, nobody replaces the leader that is missing.',
  },
  'gives up its campaign for a leader of the past': {
    edit: [
      `if (term === this.currentTerm) {\n      this.state = 'follower';`,
      `this.state = 'follower';\n    if (term === this.currentTerm) {`,
    ],
    breaks: 'majority-wins',
    lesson: 'Only a leader of its own term, or a later one, ends a campaign (§5.2).',
  },
  'is calmed by requests that it refuses': {
    edit: [
      'if (voteGranted) {',
      `if (request.term === this.currentTerm && this.state !== 'leader') this.resetElectionTimer();
    if (voteGranted) {`,
    ],
    breaks: 'majority-wins',
    lesson:
      'A candidate that nobody wants may go on asking. If each request makes all the others wait, nobody who could win stands up.',
  },
  'is calmed by each message of its term': {
    edit: [
      'this.seeTerm(message.term);',
      `this.seeTerm(message.term);
    if (message.term === this.currentTerm && this.state !== 'leader') this.resetElectionTimer();`,
    ],
    breaks: 'majority-wins',
    lesson:
      'That somebody speaks does not mean that somebody leads. Only the leader, and a candidate that gets the vote, deserve patience.',
  },
  'is calmed by a second candidate': {
    edit: [
      'if (voteGranted) {',
      `if (request.term === this.currentTerm && this.isUpToDate(request) && this.state !== 'leader') {
      this.resetElectionTimer();
    }
    if (voteGranted) {`,
    ],
    breaks: 'majority-wins',
    lesson:
      'That it could lead is not enough: the vote of the term is gone. To wait is what goes with a yes.',
  },
  'is calmed by each no': {
    edit: [
      `if (this.state !== 'candidate' || term`,
      `if (this.state === 'candidate' && !voteGranted) this.resetElectionTimer();
    if (this.state !== 'candidate' || term`,
    ],
    breaks: 'majority-wins',
    lesson: 'Those who refuse do not help it to win. It would wait for as long as they answer.',
  },
  'is calmed by each vote that it gets': {
    edit: ['this.votes.add(from);', 'this.votes.add(from);\n    this.resetElectionTimer();'],
    breaks: 'majority-wins',
    lesson:
      'A vote may come twice, or thrice, and still be one. The campaign has its time; when that is up, the next one begins.',
  },
  'waits for the same time after each vote': {
    edit: [
      'this.persist();\n      this.resetElectionTimer();',
      `this.persist();\n      this.setTimer('election', electionTimeoutMs.max);`,
    ],
    breaks: 'patience',
    lesson:
      'All who voted for a candidate that then fails have begun to wait at one moment, and would stand up at one moment.',
  },
  'draws anew for each campaign only': {
    edit: [
      [
        'votes = new Set<ProcessId>();',
        'votes = new Set<ProcessId>();\n  patience = this.random();',
      ],
      ['* this.random()', '* this.patience'],
      ['this.currentTerm += 1;', 'this.currentTerm += 1;\n    this.patience = this.random();'],
    ],
    breaks: 'patience',
    lesson:
      'As long as somebody leads nobody campaigns. Whoever drew the shortest time is then the first to stand up each time, and two that drew alike collide each time.',
  },
  'campaigns as soon as it restarts': {
    edit: [
      'override start(): void {\n    this.resetElectionTimer();',
      `override start(): void {\n    this.setTimer('election', this.votedFor === null ? 200 : 0);`,
    ],
    breaks: 'patience',
    lesson: 'Somebody may well be leading. A restart is no reason to depose it.',
  },
  'campaigns while it leads': {
    edit: [`this.cancelTimer('election');`, ''],
    breaks: 'majority-wins',
    lesson: 'A leader hears from no leader, and would depose itself after each timeout.',
  },

  'is disturbed by the answers to its heartbeats': {
    edit: [
      'return; // of this one only the term matters here',
      'return this.resetElectionTimer();',
    ],
    breaks: 'majority-wins',
    lesson:
      'A leader hears from no leader. With its timer running it campaigns against itself as soon as the answers stay away.',
  },

  // ── Terms ────────────────────────────────────────────────────────────────────────────────────
  'campaigns in the same term again': {
    edit: ['this.currentTerm += 1;', `if (this.state !== 'candidate') this.currentTerm += 1;`],
    breaks: 'campaign',
    lesson:
      'In its term everybody may have voted, for others. A new attempt is a new term, in which all are free again.',
  },
  'takes over lower terms, too': {
    edit: ['if (term <= this.currentTerm) return;', 'if (term === this.currentTerm) return;'],
    breaks: 'terms-only-grow',
    lesson: 'A late message then turns the clock back, and the term is played a second time.',
  },
  'answers in the term of the question': {
    edit: [
      `type: 'RequestVoteReply', term: this.currentTerm,`,
      `type: 'RequestVoteReply', term: request.term,`,
    ],
    breaks: 'terms-only-grow',
    lesson: 'The answer carries the own term, so that whoever is behind learns of it.',
  },
  'takes over a term, and goes on leading': {
    edit: [`this.state = 'follower';\n    this.currentTerm = term;`, 'this.currentTerm = term;'],
    breaks: 'steps-down',
    lesson:
      'It then leads a term in which nobody voted for it. The majority that it had was one of the old term.',
  },
  'learns of terms from requests only': {
    edit: [
      'this.seeTerm(message.term);',
      `if (!message.type.endsWith('Reply')) this.seeTerm(message.term);`,
    ],
    breaks: 'steps-down',
    lesson:
      'A leader that is cut off from the new one hears of its term in answers only. If it does not step down on those, it leads on in vain.',
  },
  'learns of terms only from those for whom it votes': {
    edit: [
      'this.seeTerm(message.term);',
      `if (message.type !== 'RequestVote' || this.isUpToDate(message)) this.seeTerm(message.term);`,
    ],
    breaks: 'steps-down',
    lesson:
      'Whether the term is taken over, and whether the vote is given, are two questions. A candidate that is refused still ends the term before.',
  },
  'does not wait any more once it has led': {
    edit: [`if (this.state === 'leader') this.resetElectionTimer();`, ''],
    breaks: 'steps-down',
    lesson:
      'As leader it had stopped its timer. If the candidate that deposed it fails, it never stands up again; after enough of that, nobody does.',
  },

  // ── Votes ────────────────────────────────────────────────────────────────────────────────────
  'votes for everybody who asks': {
    edit: ['this.votedFor === null || this.votedFor === request.candidateId;', 'true;'],
    breaks: 'one-vote-per-term',
    lesson: 'Two majorities share a server. If that one votes twice, sharing it is of no use.',
  },
  'does not vote for itself': {
    edit: ['this.votedFor = this.id;', 'this.votedFor = null;'],
    breaks: 'one-vote-per-term',
    lesson:
      'A candidate counts its own vote. So it has to remember it, or it gives the same vote to the next one who asks.',
  },
  'forgets its vote with each message of the same term': {
    edit: ['if (term <= this.currentTerm) return;', 'if (term < this.currentTerm) return;'],
    breaks: 'one-vote-per-term',
    lesson:
      'Only a higher term sets the vote free. Election Safety hardly ever shows it; watch the votes.',
  },
  'forgets its vote when it follows a leader': {
    edit: [
      `if (term === this.currentTerm) {\n      this.state = 'follower';`,
      `if (term === this.currentTerm) {\n      this.state = 'follower';\n      this.votedFor = null;`,
    ],
    breaks: 'one-vote-per-term',
    lesson:
      'Becoming a follower in the same term is no new term. A late candidate of this term may still ask; this has happened in the field more than once.',
  },
  'keeps its vote in the next term': {
    edit: ['this.votedFor = null;\n    this.persist();', 'this.persist();'],
    breaks: 'first-come-first-served',
    lesson: 'A vote is for one term. If it is never free again, soon nobody can win.',
  },
  'gives its vote away and says no': {
    edit: [
      'const voteGranted = request.term',
      'if (isFree && request.term === this.currentTerm) this.votedFor = request.candidateId;\n    const voteGranted = request.term',
    ],
    breaks: 'first-come-first-served',
    lesson:
      'A candidate that is refused must not use up the vote, or the right one comes too late.',
  },
  'keeps its vote when it leads no more': {
    edit: [
      ['this.votedFor = null;\n    this.persist();', 'this.persist();'],
      [
        `if (this.state === 'leader') this.resetElectionTimer();`,
        `if (this.state === 'leader') this.resetElectionTimer();\n    else this.votedFor = null;`,
      ],
    ],
    breaks: 'steps-down',
    lesson:
      'In the new term it has not voted yet, whatever it was in the old one. One vote less may be the one that is missing.',
  },
  'frees its vote only when it is asked for one': {
    edit: [
      [
        'this.seeTerm(message.term);',
        `const isNews = message.type === 'RequestVote' && message.term > this.currentTerm;
    this.seeTerm(message.term);
    if (isNews) this.votedFor = null;`,
      ],
      ['this.votedFor = null;\n    this.persist();', 'this.persist();'],
    ],
    breaks: 'steps-down',
    lesson:
      'It may hear of the new term in an answer first. The vote of the old term is over then, too.',
  },
  'stays with the leader of an old term': {
    edit: [
      [
        'votes = new Set<ProcessId>();',
        'votes = new Set<ProcessId>();\n  leaderId: ProcessId | null = null;',
      ],
      ['this.currentTerm += 1;', 'this.currentTerm += 1;\n    this.leaderId = null;'],
      [
        'handleAppendEntries({ term }: AppendEntries, from: ProcessId): void {\n    if (term === this.currentTerm) {',
        'handleAppendEntries({ term, leaderId }: AppendEntries, from: ProcessId): void {\n    if (term === this.currentTerm) {\n      this.leaderId = leaderId;',
      ],
      ['const voteGranted = request', 'const voteGranted = this.leaderId === null && request'],
    ],
    breaks: 'first-come-first-served',
    lesson:
      'Who led is forgotten with the term in which it led. Otherwise all that followed it refuse its successor.',
  },
  'says no to the one for whom it voted': {
    edit: [
      'this.votedFor === null || this.votedFor === request.candidateId;',
      'this.votedFor === null;',
    ],
    breaks: 'first-come-first-served',
    lesson: 'The first answer may have been lost. Who asks again gets the same answer again.',
  },
  'votes in terms that are over': {
    edit: ['request.term === this.currentTerm && isFree', 'isFree'],
    breaks: 'first-come-first-served',
    lesson:
      'The candidate did not ask for a vote in the term of the answer, and may have given up long ago.',
  },
  'votes for anybody, whatever the log': {
    edit: ['isFree && this.isUpToDate(request)', 'isFree'],
    breaks: 'up-to-date-winner',
    lesson:
      'A leader overwrites what others have and it has not. Entries that a majority holds would be lost.',
  },
  'votes for the longer log': {
    edit: ['if (lastLogTerm !== this.lastLogTerm) return lastLogTerm > this.lastLogTerm;\n', ''],
    breaks: 'up-to-date-winner',
    lesson:
      'A long log may be a leftover of a leader that nobody followed. The last term decides, and only then the length.',
  },
  'compares only the last terms': {
    edit: ['return lastLogIndex >= this.lastLogIndex;', 'return true;'],
    breaks: 'up-to-date-winner',
    lesson: 'Of two logs that end in the same term, the longer one has what the other lacks.',
  },
  'counts its own log from zero': {
    edit: ['lastLogIndex >= this.lastLogIndex', 'lastLogIndex >= this.log.length - 1'],
    breaks: 'first-come-first-served',
    lesson:
      'The first index is 1. So a log that ends one entry earlier passes for as long, and the entry that it lacks is lost.',
  },
  'compares logs as text': {
    edit: [
      'lastLogIndex >= this.lastLogIndex',
      'String(lastLogIndex) >= String(this.lastLogIndex)',
    ],
    breaks: 'first-come-first-served',
    lesson: 'As text, 2 comes after 13: from the tenth entry on the shorter log wins.',
  },
  'makes one number of term and length': {
    edit: [
      `if (lastLogTerm !== this.lastLogTerm) return lastLogTerm > this.lastLogTerm;
    return lastLogIndex >= this.lastLogIndex;`,
      'return 10 * lastLogTerm + lastLogIndex >= 10 * this.lastLogTerm + this.lastLogIndex;',
    ],
    breaks: 'first-come-first-served',
    lesson:
      'It holds as long as logs are short. Length must never outweigh a term: compare one, and then the other.',
  },
  'wants a better log than its own': {
    edit: ['lastLogIndex >= this.lastLogIndex', 'lastLogIndex > this.lastLogIndex'],
    breaks: 'first-come-first-served',
    lesson: 'At least as up to date is enough. Most of the time all logs are the same.',
  },

  // ── The disk ─────────────────────────────────────────────────────────────────────────────────
  'keeps nothing': {
    edit: [
      `this.disk.write('currentTerm', this.currentTerm);
    this.disk.write('votedFor', this.votedFor);
    this.disk.flush();`,
      '',
    ],
    breaks: 'terms-only-grow',
    lesson: 'After a restart it is back in a term that is over, with a vote that it has given.',
  },
  'keeps its term, and not its vote': {
    edit: [`this.disk.write('votedFor', this.votedFor);`, ''],
    breaks: 'one-vote-per-term',
    lesson: 'A restart gives it a second vote in the same term.',
  },
  'does not read its vote again': {
    edit: [`this.disk.read<ProcessId | null>('votedFor') ?? null;`, `null as ProcessId | null;`],
    breaks: 'one-vote-per-term',
    lesson: 'What is on the disk and is never read is as good as lost.',
  },
  'does not flush': {
    edit: [
      `this.disk.write('votedFor', this.votedFor);\n    this.disk.flush();`,
      `this.disk.write('votedFor', this.votedFor);`,
    ],
    breaks: 'vote-survives-crash',
    lesson: 'What was written may still be in memory when the power goes.',
  },
  'votes, and then writes it down': {
    edit: [
      ['this.persist();\n      this.resetElectionTimer();', 'this.resetElectionTimer();'],
      [
        'term: this.currentTerm, voteGranted });',
        'term: this.currentTerm, voteGranted });\n    if (voteGranted) this.persist();',
      ],
    ],
    breaks: 'vote-survives-crash',
    lesson:
      'A crash between the two, and the candidate counts a vote of which its voter knows nothing.',
  },
  'takes over a term, and does not write it down': {
    edit: ['this.votedFor = null;\n    this.persist();', 'this.votedFor = null;'],
    breaks: 'vote-survives-crash',
    lesson:
      'Whoever says no has promised something as well: that the lower terms are over. It has to survive.',
  },
  'takes over a term from an answer, and does not write it down': {
    edit: [
      [
        'this.seeTerm(message.term);',
        `this.seeTerm(message.term, !message.type.endsWith('Reply'));`,
      ],
      ['seeTerm(term: number): void {', 'seeTerm(term: number, isAsked = true): void {'],
      [
        'this.votedFor = null;\n    this.persist();',
        'this.votedFor = null;\n    if (isAsked) this.persist();',
      ],
    ],
    breaks: 'vote-survives-crash',
    lesson:
      'It need not be written before somebody hears of it. But the next one who asks does, in the no.',
  },
  'clears its vote on the disk when it starts': {
    edit: [
      'override start(): void {',
      `override start(): void {
    this.disk.write('votedFor', null);
    this.disk.flush();`,
    ],
    breaks: 'vote-survives-crash',
    lesson:
      'It has read the vote before, so one crash does no harm. After the second one the vote is gone.',
  },
  'writes the vote before the term': {
    edit: [
      `this.disk.write('currentTerm', this.currentTerm);
    this.disk.write('votedFor', this.votedFor);`,
      `this.disk.write('votedFor', this.votedFor);
    this.disk.write('currentTerm', this.currentTerm);`,
    ],
    breaks: 'vote-survives-crash',
    lesson:
      'A crash between the two leaves the old term with the vote of the new one: the old vote is free again. The other way round, or both under one key.',
  },

  // ── Winning ──────────────────────────────────────────────────────────────────────────────────
  'takes half for a majority': {
    edit: [
      '2 * this.votes.size > this.everyone.length',
      'this.votes.size >= Math.floor(this.everyone.length / 2)',
    ],
    breaks: 'election-safety',
    lesson: 'Two halves of four need not meet, so both can win the same term.',
  },
  'rounds half up': {
    edit: [
      '2 * this.votes.size > this.everyone.length',
      'this.votes.size >= Math.ceil(this.everyone.length / 2)',
    ],
    breaks: 'election-safety',
    lesson: 'With three and five servers this is right. With four, two votes make a leader.',
  },
  'takes a majority of the others': {
    edit: ['2 * this.votes.size > this.everyone.length', '2 * this.votes.size > this.peers.length'],
    breaks: 'every-order',
    lesson:
      'The candidate is one of the servers, and its vote is counted. So it counts among those of whom more than half are needed: with four, two of them are not.',
  },
  'wants everybody': {
    edit: [
      '2 * this.votes.size > this.everyone.length',
      'this.votes.size === this.everyone.length',
    ],
    breaks: 'majority-wins',
    lesson: 'One server that is down, and there is no leader any more.',
  },
  'counts votes, not voters': {
    edit: [
      ['votes = new Set<ProcessId>();', 'votes = { size: 0 };'],
      ['this.votes = new Set([this.id]);', 'this.votes = { size: 1 };'],
      ['this.votes.add(from);', 'this.votes.size += 1;'],
    ],
    breaks: 'every-order',
    lesson:
      'A network may deliver a vote twice. With three servers it does no harm, with four it makes a leader: keep who has voted.',
  },
  'counts refusals': {
    edit: [' || !voteGranted', ''],
    breaks: 'election-safety',
    lesson: 'An answer is not a vote: it may be a no.',
  },
  'counts the votes of old terms': {
    edit: [' || term !== this.currentTerm', ''],
    breaks: 'stale-grant',
    lesson:
      'The voter was free to vote for somebody else in this term, and did. Being a candidate is not enough: it has to be the candidate of that term.',
  },
  'keeps the votes of its last campaign': {
    edit: ['this.votes = new Set([this.id]);', 'this.votes.add(this.id);'],
    breaks: 'stale-grant',
    lesson: 'A new term begins with one vote, the own one.',
  },
  'wins again with every further vote': {
    edit: [`this.state !== 'candidate' || term`, `this.state === 'follower' || term`],
    breaks: 'majority-wins',
    lesson:
      'Whatever is done on winning is done several times. In all of Raft that would reset what a leader knows of its followers.',
  },
  'yields to a rival of its own term': {
    edit: [
      'const isFree =',
      `if (request.term === this.currentTerm && this.state === 'candidate') this.state = 'follower';
    const isFree =`,
    ],
    breaks: 'majority-wins',
    lesson:
      'A rival of the same term only asks; it has not won. If both give way to each other nobody wins, though the votes are there.',
  },

  'gives up its campaign for an answer of the past': {
    edit: [
      `if (this.state !== 'candidate' || term`,
      `if (term < this.currentTerm && this.state === 'candidate') this.state = 'follower';
    if (this.state !== 'candidate' || term`,
    ],
    breaks: 'majority-wins',
    lesson: 'What is said of an old term, yes or no, says nothing about this one.',
  },
  'leads no more after a request of the past': {
    edit: [
      'const isFree =',
      `if (request.term < this.currentTerm && this.state === 'leader') {
      this.state = 'follower';
      this.resetElectionTimer();
    }
    const isFree =`,
    ],
    breaks: 'majority-wins',
    lesson: 'Only a higher term deposes a leader. A late message has a lower one.',
  },

  // ── Leading ──────────────────────────────────────────────────────────────────────────────────
  'leaves the first heartbeat to the timer': {
    edit: [
      `this.cancelTimer('election');\n    this.sendHeartbeats();`,
      `this.cancelTimer('election');\n    this.setTimer('heartbeat', heartbeatMs);`,
    ],
    breaks: 'majority-wins',
    lesson: 'Until they hear of it the others go on waiting, and one of them may lose patience.',
  },
  'sends one heartbeat': {
    edit: [`if (this.state === 'leader') this.sendHeartbeats();`, ''],
    breaks: 'majority-wins',
    lesson: 'A leader that falls silent is taken for dead, after 150 ms at the earliest.',
  },
  'sends heartbeats to its voters only': {
    edit: [
      `for (const peer of this.peers) {\n      this.send(peer, { type: 'AppendEntries'`,
      `for (const peer of this.peers.filter((id) => this.votes.has(id))) {\n      this.send(peer, { type: 'AppendEntries'`,
    ],
    breaks: 'majority-wins',
    lesson: 'Those who voted for others, or were not heard, have to follow, too.',
  },
  'sends heartbeats only to those who answer them': {
    edit: [
      [
        'votes = new Set<ProcessId>();',
        'votes = new Set<ProcessId>();\n  answered: readonly ProcessId[] = [];',
      ],
      [
        `this.cancelTimer('election');\n    this.sendHeartbeats();`,
        `this.cancelTimer('election');
    this.answered = this.peers;
    this.sendHeartbeats();
    this.answered = [];`,
      ],
      [
        'return; // of this one only the term matters here',
        'this.answered = [...this.answered, from];\n        return;',
      ],
      [
        `for (const peer of this.peers) {\n      this.send(peer, { type: 'AppendEntries'`,
        `for (const peer of this.peers.filter((id) => this.answered.includes(id))) {\n      this.send(peer, { type: 'AppendEntries'`,
      ],
    ],
    breaks: 'majority-wins',
    lesson:
      'One that is down, or whose answer was lost, would never hear of its leader again, and campaign against it.',
  },
  'goes on with its heartbeats when it leads no more': {
    edit: [`if (this.state === 'leader') this.sendHeartbeats();`, 'this.sendHeartbeats();'],
    breaks: 'steps-down',
    lesson:
      'The timer that it set as leader runs out when it is a follower. It then speaks as the leader of a term that somebody else has won.',
  },
  'makes up a message': {
    edit: [
      `type: 'AppendEntriesReply', term: this`,
      `type: 'AppendEntriesResponse' as never, term: this`,
    ],
    breaks: 'terms-only-grow',
    lesson:
      'Nobody understands it, so it is as good as silence. What servers say to each other is given.',
  },
});
