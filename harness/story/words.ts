import { show } from '../world/show.ts';
import type { TraceEvent } from '../world/trace.ts';
import { label } from './label.ts';

/** What an entry of a trace says about its process, in a few words; messages have arrows instead. */
export function words(event: TraceEvent): string {
  switch (event.kind) {
    case 'note':
    case 'log':
    case 'throw':
      return event.text;
    case 'step':
      return event.label;
    case 'missed':
      return `${event.label}: it was down`;
    case 'timeout':
      return `timer ${event.timer} runs out`;
    case 'timer-set':
      return `sets timer ${event.timer}, ${event.ms} ms`;
    case 'timer-cancel':
      return `cancels timer ${event.timer}`;
    case 'start':
      return 'starts';
    case 'crash':
      return 'crashes';
    case 'restart':
      return 'restarts';
    case 'pause':
      return 'stands still';
    case 'resume':
      return 'goes on';
    case 'clock-step':
      return `clock jumps ${event.ms < 0 ? 'back' : 'ahead'} by ${Math.abs(event.ms)} ms`;
    case 'write':
      return `writes ${event.key}: ${show(event.value)}`;
    case 'append':
      return `appends to ${event.key}: ${show(event.text)}`;
    case 'flush':
      return 'flushes its disk';
    case 'flush-failed':
      return 'fails to flush its disk';
    case 'forgot':
      return `lost from its disk: ${event.keys.join(', ')}`;
    case 'cut':
      return event.text;
    case 'heal':
      return `over: ${event.text}`;
    case 'send':
      return `sends ${label(event.message)} to ${event.to}`;
    case 'duplicate':
      return `${label(event.message)} to ${event.to} is on its way twice`;
    case 'deliver':
      return `${label(event.message)} from ${event.from}`;
    case 'lose':
      return `${label(event.message)} to ${event.to} is lost: ${event.why}`;
  }
}
