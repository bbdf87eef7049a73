import { expect, test } from 'vitest';
import { NOT_RUNNING, Timers } from './timers.ts';

test('a timer is the same one whenever its name is used', () => {
  const timers = new Timers();
  const retry = timers.named('retry');

  expect(timers.named('heartbeat')).not.toBe(retry);
  expect(timers.named('retry')).toBe(retry);
});

test('a timer does not run until it is set', () => {
  const timers = new Timers();

  expect(timers.named('retry').setBy).toBe(NOT_RUNNING);
  expect(timers.running()).toEqual([]);
});

test('only timers that are set and were not stopped are running', () => {
  const timers = new Timers();
  timers.named('retry').setBy = 3;
  timers.named('heartbeat').setBy = 5;
  timers.named('retry').setBy = NOT_RUNNING;

  expect(timers.running()).toEqual([{ name: 'heartbeat', setBy: 5 }]);
});

test('a crash stops them all', () => {
  const timers = new Timers();
  timers.named('retry').setBy = 3;
  timers.named('heartbeat').setBy = 5;

  timers.stopAll();

  expect(timers.running()).toEqual([]);
});
