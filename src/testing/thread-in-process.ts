import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { UsageThread } from '../server/usage/usage-recorder.ts';
import { runUsageThread } from '../server/usage/usage-thread.ts';
import type { FromWorker, WorkerData } from '../server/usage/worker-messages.ts';

/** The thread behind the journal without a thread of its own: it starts in milliseconds, and everything else is true. */
export function startThreadInProcess(data: WorkerData): UsageThread {
  const { port1, port2 } = new MessageChannel();
  runUsageThread(data, port2).catch((error: unknown) => {
    exit.emit('error', error);
    port1.close();
  });
  const exit = new EventEmitter();
  port1.once('close', () => exit.emit('exit'));
  return {
    postMessage: (message) => port1.postMessage(message),
    on: (event, listener: (message: FromWorker) => void) => port1.on(event, listener),
    once: (event: string, listener: (error: unknown) => void) => exit.once(event, listener),
    async terminate() {
      port1.close();
    },
  };
}
