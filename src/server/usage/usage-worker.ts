// The entry of the thread that usage-thread.ts describes.
import { parentPort, workerData } from 'node:worker_threads';
import { runUsageThread } from './usage-thread.ts';

if (parentPort === null) throw new Error('this file runs as a worker thread');
await runUsageThread(workerData, parentPort);
