import { mistakes } from '#harness';

export default mistakes({
  // ── Own events (IR1) ─────────────────────────────────────────────────────────────────────────
  'counts nothing but receipts': {
    edit: ['this.time += 1;', ''],
    breaks: 'own-events',
    lesson:
      'IR1: the clock moves between any two events of a process, also between two that no message separates.',
  },
  'hands out the clock itself': {
    edit: [
      'this.time += 1;\n    return { time: this.time, process: this.process };',
      'this.time += 1;\n    return this;',
    ],
    breaks: 'own-events',
    lesson:
      'A timestamp stays what it was while the clock goes on, so it must be a copy. The same object, handed out twice, changes behind your back.',
  },
  'does not count the sending': {
    edit: ['return this.tick();', 'return { time: this.time, process: this.process };'],
    breaks: 'sending-is-an-event',
    lesson: 'The sending is an event of its own: it comes after what its process did before.',
  },
  'stamps the message, then counts': {
    edit: ['return this.tick();', 'return { time: this.time++, process: this.process };'],
    breaks: 'sending-is-an-event',
    lesson:
      'The message then carries the time of the event before. Count first: the stamp is the time of the sending.',
  },
  'stamps its work, then counts': {
    edit: [
      'this.time += 1;\n    return { time: this.time, process: this.process };',
      'return { time: this.time++, process: this.process };',
    ],
    breaks: 'clock-condition',
    lesson:
      'Own events alone look right, for each is later than the last. But the clock stands at the time of the latest receipt, and the next event gets that same time.',
  },
  'shares one counter among all clocks': {
    edit: [
      ['export class LamportClock {', 'let now = 0;\nexport class LamportClock {'],
      ['time = 0;', 'get time() { return now; }\n  set time(time) { now = time; }'],
    ],
    breaks: 'no-shared-clock',
    lesson:
      'A counter that every process can read is just what a distributed system does not have. All that a clock may know came in a message.',
  },
  'shares one counter, and begins anew with each clock': {
    edit: [
      ['export class LamportClock {', 'let now = 0;\nexport class LamportClock {'],
      ['time = 0;', 'get time() { return now; }\n  set time(time) { now = time; }'],
      ['this.process = process;', 'this.process = process;\n    now = 0;'],
    ],
    breaks: 'no-shared-clock',
    lesson:
      'It orders everything, for there is only one clock. Between machines there is no such place to count in.',
  },

  // ── Receipts (IR2b) ──────────────────────────────────────────────────────────────────────────
  'takes the later of the two times, and adds nothing': {
    edit: ['Math.max(this.time, remote.time) + 1', 'Math.max(this.time, remote.time)'],
    breaks: 'clock-condition',
    lesson: 'IR2(b): greater than the time in the message. The receipt is later than the sending.',
  },
  'takes the time in the message as it is': {
    edit: ['Math.max(this.time, remote.time) + 1', 'remote.time'],
    breaks: 'clock-condition',
    lesson:
      'The receipt is an event of its own: later than the sending, and later than the own past.',
  },
  'takes the time in the message, plus one': {
    edit: ['Math.max(this.time, remote.time) + 1', 'remote.time + 1'],
    breaks: 'letters-move-clocks',
    lesson: 'A letter from a city that is behind then turns the clock back. It must never go back.',
  },
  'counts the receipt, and does not read the stamp': {
    edit: ['Math.max(this.time, remote.time) + 1', 'this.time + 1'],
    breaks: 'letters-move-clocks',
    lesson: 'A letter from a city that is ahead is then read before it was written.',
  },
  'takes the earlier of the two times': {
    edit: ['Math.max(', 'Math.min('],
    breaks: 'letters-move-clocks',
    lesson: 'The receipt comes after both, the sending and the own past: after the later one.',
  },
  'does not count a letter from the past': {
    edit: [
      'this.time = Math.max(this.time, remote.time) + 1;',
      'if (remote.time >= this.time) this.time = remote.time + 1;',
    ],
    breaks: 'clock-condition',
    lesson:
      'Whoever is ahead has nothing to catch up with, but the receipt is still an event, and IR1 counts it.',
  },
  'forgets the time of the receipt': {
    edit: [
      'this.time = Math.max(this.time, remote.time) + 1;\n    return { time: this.time,',
      'const time = Math.max(this.time, remote.time) + 1;\n    return { time,',
    ],
    breaks: 'clock-condition',
    lesson:
      'What comes after the receipt must be later than it, so the clock itself has to move, not only the stamp.',
  },
  'stamps the receipt with the name of the sender': {
    edit: [
      '+ 1;\n    return { time: this.time, process: this.process }',
      '+ 1;\n    return { time: this.time, process: remote.process }',
    ],
    breaks: 'total-order',
    lesson:
      'Time and process together name an event. The receipt happened at the receiver; under the name of the sender it may be taken for another event.',
  },
  'knows what others have sent': {
    edit: [
      ['export class LamportClock {', 'let highest = 0;\nexport class LamportClock {'],
      [
        'return this.tick();',
        'highest = Math.max(highest, this.time + 1);\n    return this.tick();',
      ],
      ['Math.max(this.time, remote.time) + 1', 'Math.max(this.time, remote.time, highest) + 1'],
    ],
    breaks: 'letters-move-clocks',
    lesson: 'A letter tells what its sender knew, and nothing of letters that went elsewhere.',
  },
  'takes a letter from itself for nothing': {
    edit: [
      'this.time = Math.max(this.time, remote.time) + 1;',
      'if (remote.process !== this.process) this.time = Math.max(this.time, remote.time) + 1;',
    ],
    breaks: 'letters-move-clocks',
    lesson: 'Whoever writes to itself receives, too: an event of its own, after the sending.',
  },
  'does not trust a letter from far ahead': {
    edit: [
      'Math.max(this.time, remote.time) + 1',
      '(remote.time > this.time + 1000 ? this.time : Math.max(this.time, remote.time)) + 1',
    ],
    breaks: 'letters-move-clocks',
    lesson:
      'A Lamport clock knows no wrong time: however far ahead the sending was, the receipt is later.',
  },
  'hands out one object for all receipts': {
    edit: [
      ['time = 0;', 'time = 0;\n  receipt = {};'],
      [
        '+ 1;\n    return { time: this.time, process: this.process }',
        '+ 1;\n    return Object.assign(this.receipt, { time: this.time, process: this.process })',
      ],
    ],
    breaks: 'letters-move-clocks',
    lesson: 'The timestamp of the last receipt changes with the next one. Return a copy each time.',
  },

  // ── The relation ⇒ ───────────────────────────────────────────────────────────────────────────
  'has no order for equal times': {
    edit: ['a.process < b.process ? -1 : 1', '0'],
    breaks: 'total-order',
    lesson:
      'Two processes often reach the same time. Unless the tie is broken, each reader may order the two events differently.',
  },
  'puts the first of two equal times first': {
    edit: ['a.process < b.process ? -1 : 1', '-1'],
    breaks: 'total-order',
    lesson:
      'Which of the two comes first then hangs on the order of the question. Everybody must get the same answer.',
  },
  'says of an event that it comes after itself': {
    edit: ['if (a.process === b.process) return 0;', ''],
    breaks: 'total-order',
    lesson: 'The same time at the same process is the same event: neither before nor after.',
  },
  'breaks ties by the first letter': {
    edit: ['a.process < b.process ? -1 : 1', 'a.process.charCodeAt(0) - b.process.charCodeAt(0)'],
    breaks: 'total-order',
    lesson: 'A tie-break has to tell any two processes apart: argos and athens, too.',
  },
  'compares the numbers in names': {
    edit: [
      'a.process < b.process ? -1 : 1',
      `a.process.localeCompare(b.process, 'en', { numeric: true })`,
    ],
    breaks: 'total-order',
    lesson: 'To it node-12 and node-012 are the same. They are two names, so one comes first.',
  },
  'compares the first letters of names': {
    edit: [
      'a.process < b.process ? -1 : 1',
      'a.process.slice(0, 16) < b.process.slice(0, 16) ? -1 : 1',
    ],
    breaks: 'total-order',
    lesson: 'Two long names may differ only at the end. Compare them whole.',
  },
  'asks the names before the times': {
    edit: [
      'if (a.time !== b.time) return a.time - b.time;',
      'if (a.process === b.process) return a.time - b.time;',
    ],
    breaks: 'total-order',
    lesson: 'It is an order, and the same for everyone, but causes no longer come before effects.',
  },
  'puts later times first': {
    edit: ['a.time - b.time', 'b.time - a.time'],
    breaks: 'total-order',
    lesson: 'Below 0 means that a comes first, as everywhere in JavaScript: a.time - b.time.',
  },
  'compares times as text': {
    edit: ['a.time - b.time', 'String(a.time).localeCompare(String(b.time))'],
    breaks: 'total-order',
    lesson: 'As text, 10 comes before 9. It shows only once a clock has two digits.',
  },
  'compares times as text of four digits': {
    edit: [
      'a.time - b.time',
      `String(a.time).padStart(4, '0') < String(b.time).padStart(4, '0') ? -1 : 1`,
    ],
    breaks: 'total-order',
    lesson: 'From 10000 on it compares as text again. A clock that runs gets there.',
  },
  'answers yes or no': {
    edit: ['a.time - b.time', 'Number(a.time > b.time)'],
    breaks: 'total-order',
    lesson:
      'Before, after and the same are three answers. A comparison that says only "greater" leaves a sort free to do what it likes.',
  },
});
