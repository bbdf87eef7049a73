import { describe, expect, test } from 'vitest';
import { DiskContents, type DiskLoss } from './disk.ts';

test('what was written is read, and the last one counts', () => {
  const disk = new DiskContents();
  disk.write('term', 1);
  disk.write('term', 2);
  expect([disk.read('term'), disk.read('vote')]).toEqual([2, undefined]);
});

test('a value is copied when written: what happens to it later does not reach the disk', () => {
  const disk = new DiskContents();
  const log = [{ term: 1 }];
  disk.write('log', log);
  log[0]!.term = 9;
  expect(disk.read('log')).toEqual([{ term: 1 }]);
});

test('a value is frozen when read', () => {
  const disk = new DiskContents();
  disk.write('log', [{ term: 1 }]);
  const [entry] = disk.read('log') as [{ term: number }];
  expect(() => (entry.term = 2)).toThrow(TypeError);
});

test('a value that would not survive a disk is refused, and the path in it is named', () => {
  expect(() => new DiskContents().write('state', { votes: [new Set(['p1'])] })).toThrow(
    "disk 'state'.votes[0] is a Set (send [...it] instead)",
  );
});

test('append adds text to the end of text', () => {
  const disk = new DiskContents();
  disk.append('wal', 'a;');
  disk.append('wal', 'b;');
  expect(disk.read('wal')).toBe('a;b;');
});

test('append to something that is no text is refused, and the sentence says what to use', () => {
  const disk = new DiskContents();
  disk.write('wal', ['a']);
  expect(() => disk.append('wal', 'b')).toThrow('use disk.write for values');
});

describe('a crash', () => {
  test.each<[DiskLoss, expected: unknown]>([
    ['nothing', { term: 2, wal: 'one;two;three;', gone: [] }],
    ['unflushed', { term: 1, wal: 'one;', gone: ['term', 'wal'] }],
    ['torn-tail', { term: 2, wal: 'one;two;thr', gone: ['wal'] }],
    ['everything', { term: undefined, wal: undefined, gone: ['term', 'wal'] }],
  ])('that loses %s leaves the rest', (loss, expected) => {
    const disk = new DiskContents();
    disk.write('term', 1);
    disk.append('wal', 'one;');
    disk.flush();
    disk.write('term', 2);
    disk.append('wal', 'two;');
    disk.append('wal', 'three;');
    const gone = disk.crash(loss);
    expect({ term: disk.read('term'), wal: disk.read('wal'), gone }).toEqual(expected);
  });

  test('with a torn tail loses a whole value, for half a value is no value', () => {
    const disk = new DiskContents();
    disk.append('wal', 'one;');
    disk.write('term', 2);
    expect(disk.crash('torn-tail')).toEqual(['term']);
    expect([disk.read('wal'), disk.read('term')]).toEqual(['one;', undefined]);
  });

  test.each<DiskLoss>(['unflushed', 'torn-tail'])(
    'that loses %s takes nothing that was flushed, in this crash or the next',
    (loss) => {
      const disk = new DiskContents();
      disk.write('term', 1);
      disk.flush();
      expect([disk.crash(loss), disk.crash(loss)]).toEqual([[], []]);
      expect(disk.read('term')).toBe(1);
    },
  );

  test.each<DiskLoss>(['unflushed', 'torn-tail'])(
    'takes what was lost before it only once: a second one that loses %s finds nothing',
    (loss) => {
      const disk = new DiskContents();
      disk.append('wal', 'one;');
      expect([disk.crash('unflushed'), disk.crash(loss)]).toEqual([['wal'], []]);
      expect(disk.read('wal')).toBeUndefined();
    },
  );

  test('makes safe what it did not take: the next crash cannot take it either', () => {
    const disk = new DiskContents();
    disk.write('term', 1);
    disk.crash('nothing');
    expect(disk.crash('unflushed')).toEqual([]);
    expect(disk.read('term')).toBe(1);
  });
});
