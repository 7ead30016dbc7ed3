import process from 'node:process';

/** A failure whose message is all that the person needs to read. */
export class BootstrapError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Tells the person what happens. Goes to stderr, so that the output of the command itself stays clean.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {number} startedAt milliseconds of `Date.now()` */
export function secondsSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 1000);
}

/**
 * Shows how long a step has been running: one line that counts in a terminal, one line every ten seconds in a log.
 * @param {string} label
 * @returns {() => void} ends the display
 */
export function showProgress(label) {
  const startedAt = Date.now();
  const live = process.stderr.isTTY === true;
  const timer = setInterval(
    () => {
      const line = `  ${label} ... ${secondsSince(startedAt)} s`;
      process.stderr.write(live ? `\r${line}` : `${line}\n`);
    },
    live ? 1_000 : 10_000,
  );
  return () => {
    clearInterval(timer);
    if (live) process.stderr.write(`\r${' '.repeat(label.length + 16)}\r`);
  };
}
