import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Options of Node that make a process end when its parent is gone. */
export const tiedToParent = ['--require', fileURLToPath(new URL('./end-with-parent.cjs', import.meta.url))];

/** Whether the parent is the shell of an npm script; started by hand, this process may well outlive its shell. */
export const startedByNpm = process.env.npm_lifecycle_event !== undefined;
