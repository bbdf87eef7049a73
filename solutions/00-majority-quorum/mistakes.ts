import { mistakes } from '#harness';

export default mistakes({
  // ── How many are enough ──────────────────────────────────────────────────────────────────────
  'takes half for a majority': {
    edit: ['Math.floor(n / 2) + 1', 'Math.floor(n / 2)'],
    breaks: 'never-two-winners',
    lesson:
      'Two halves need not meet. Only groups of more than half must have a replica in common, and that one cannot say yes to both.',
  },
  'rounds half up': {
    edit: ['Math.floor(n / 2) + 1', 'Math.ceil(n / 2)'],
    breaks: 'never-two-winners',
    lesson:
      'For odd n this is right by luck. With four replicas it is two, and two and two have nobody in common.',
  },
  'takes a majority of the answers, not of the replicas': {
    edit: ['majority(this.replicas.length)', 'majority(this.answers.size)'],
    breaks: 'never-two-winners',
    lesson:
      'Each side of a partition hears a majority of those that it can hear. The number to exceed is half of all that were asked, silent ones included.',
  },
  'takes 51 in 100': {
    edit: ['Math.floor(n / 2) + 1', 'Math.ceil(0.51 * n)'],
    breaks: 'majority',
    lesson:
      'Of 51 replicas it wants 27, and 26 are enough. More than half is one more than half rounded down, for any number.',
  },
  'does not round': {
    edit: ['Math.floor(n / 2) + 1', 'n / 2 + 1'],
    breaks: 'majority',
    lesson:
      'Of three it makes 2.5, so three replicas are needed where two are enough: JavaScript divides without rounding.',
  },
  'wants everybody': {
    edit: ['Math.floor(n / 2) + 1', 'n'],
    breaks: 'one-round-trip',
    lesson:
      'All of them also overlap, but then a single replica that is down stops everything: the quorum is as small as it can be while any two still meet.',
  },
  'wants one more than a majority': {
    edit: ['yes >= quorum', 'yes > quorum'],
    breaks: 'reached-at-once',
    lesson: 'The majority is the number that is enough; one more costs a replica that may be down.',
  },

  'wants a second answer': {
    edit: [
      '    const quorum =',
      '    if (this.answers.size < 2) return undefined;\n    const quorum =',
    ],
    breaks: 'reached-at-once',
    lesson: 'If only one replica was asked, its answer is all there will be.',
  },

  // ── Whose voice counts ───────────────────────────────────────────────────────────────────────
  'counts messages, not replicas': {
    edit: [
      ['answers = new Map<ProcessId, Answer>();', 'answers: Answer[] = [];'],
      ['    if (this.answers.has(from)) return undefined;\n', ''],
      ['this.answers.set(from, answer)', 'this.answers.push(answer)'],
      ['[...this.answers.values()].filter', 'this.answers.filter'],
      ['this.answers.size', 'this.answers.length'],
    ],
    breaks: 'one-voice-each',
    lesson:
      'A network may deliver a message twice, and a sender may repeat it. Remember who said yes, not how often you heard it.',
  },
  'lets the last answer win': {
    edit: ['if (this.answers.has(from)) return undefined;', ''],
    breaks: 'one-voice-each',
    lesson:
      'Messages overtake each other, so the answer that arrives last need not be the newest. The first one counts; a replica that changes its mind needs a new request.',
  },
  'listens to strangers': {
    edit: ['if (!this.replicas.includes(from)) return undefined;', ''],
    breaks: 'one-voice-each',
    lesson:
      'A majority is one of the replicas that were asked. With a voice from outside, two groups that overlap on paper no longer do.',
  },
  'counts its own voice': {
    edit: ['const yes = [', 'const yes = 1 + ['],
    breaks: 'reached-at-once',
    lesson:
      'The coordinator is not one of the replicas. A leader that is one of them asks itself like any other, and is in the list.',
  },
  'takes any answer for a yes': {
    edit: [`.filter((each) => each === 'yes')`, ''],
    breaks: 'failed-at-once',
    lesson: 'An answer is not an agreement: a no is an answer, too.',
  },
  'keeps the answers of all requests in one place': {
    edit: [
      ['export class QuorumCollector', 'const heard = new Map();\nexport class QuorumCollector'],
      ['new Map<ProcessId, Answer>()', 'heard'],
    ],
    breaks: 'reached-at-once',
    lesson:
      'What is outside of the class is shared by all its instances: an answer to one request must not count, or be missing, for another.',
  },
  'counts the replicas of whoever asked last': {
    edit: [
      ['export class QuorumCollector', 'let asked = 0;\nexport class QuorumCollector'],
      [
        '    this.replicas = replicas;',
        '    this.replicas = replicas;\n    asked = replicas.length;',
      ],
      ['majority(this.replicas.length)', 'majority(asked)'],
    ],
    breaks: 'reached-at-once',
    lesson:
      'How many were asked belongs to the request. Outside of the class the next request writes over it.',
  },

  // ── When it is settled ───────────────────────────────────────────────────────────────────────
  'waits for everybody': {
    edit: ['if (yes >= quorum)', 'if (missing === 0 && yes >= quorum)'],
    breaks: 'one-round-trip',
    lesson:
      'The slowest replica then sets the pace, and one that is down stops it. Whoever is missing can no longer change a majority.',
  },
  'fails at the first no': {
    edit: ['yes + missing < quorum', `answer === 'no'`],
    breaks: 'failed-at-once',
    lesson: 'A majority of yes is still possible while enough replicas have not said no.',
  },
  'fails one answer too early': {
    edit: ['yes + missing < quorum', 'yes + missing <= quorum'],
    breaks: 'failed-at-once',
    lesson: 'If all that are missing say yes and that just makes a majority, it is not yet lost.',
  },
  'fails at a majority of no': {
    edit: ['yes + missing < quorum', 'this.answers.size - yes >= quorum'],
    breaks: 'failed-at-once',
    lesson:
      'With four replicas two noes are no majority, and yet no three are left that could say yes. Ask what is still possible, not who has won.',
  },
  'fails only when all have answered': {
    edit: ['yes + missing < quorum', 'missing === 0'],
    breaks: 'failed-at-once',
    lesson:
      'Whoever waits for the last answer may wait for a replica that is down, and learns nothing new from it.',
  },
  'leaves failures to the timer': {
    edit: ['yes + missing < quorum', 'false'],
    breaks: 'failed-at-once',
    lesson: 'The client could know at once, and waits for a time-out that tells it less.',
  },

  // ── Once, and in the end ─────────────────────────────────────────────────────────────────────
  'has nothing to say when time is up': {
    edit: [`return this.resolve('timed out')`, 'return undefined'],
    breaks: 'exactly-one-outcome',
    lesson:
      'Answers may never come. Without a time-out somebody waits for ever, and the table of waiting requests only grows.',
  },
  'lets time run out after the outcome': {
    edit: [`return this.resolve('timed out')`, `return 'timed out'`],
    breaks: 'exactly-one-outcome',
    lesson: 'The timer does not know that the request is settled; the collector has to.',
  },
  'goes on after time was up': {
    edit: [`return this.resolve('timed out')`, `return this.hasResolved ? undefined : 'timed out'`],
    breaks: 'exactly-one-outcome',
    lesson:
      'Late answers come after the time-out, and may still make a majority. The client has been told; a second outcome would contradict the first.',
  },
  'says it again with every further answer': {
    edit: ['if (this.hasResolved) return undefined;', ''],
    breaks: 'exactly-one-outcome',
    lesson: 'Whatever hangs on the outcome, a reply or a payment, would happen several times.',
  },
  'calls a time-out a failure': {
    edit: [`this.resolve('timed out')`, `this.resolve('failed')`],
    breaks: 'true-outcome',
    lesson:
      'Failed means that a majority is impossible. When time is up, the replicas may all have said yes, with their answers on the way: the outcome is unknown.',
  },
});
