// Loaded into a process that must not outlive the one that started it. npm passes a signal to its shell only, and
// neither a shell nor a killed process passes it on, so the process itself looks whether its parents are still there.
const { readFileSync } = require('node:fs');
const process = require('node:process');
const { isMainThread } = require('node:worker_threads');

const pollMs = 250;
// npm answers SIGTERM by undoing its work, for up to a minute, in the way of the next attempt that starts from nothing.
const ending = process.argv[1]?.endsWith('npm-cli.js') ? 'SIGKILL' : 'SIGTERM';

if (isMainThread) {
  const watchNpm = parentIsShellOfNpm();
  const ancestors = () => `${process.ppid} ${watchNpm ? grandparent() : ''}`;
  const atStart = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atStart) return;
    clearInterval(timer);
    process.kill(process.pid, ending);
  }, pollMs);
  timer.unref();
}

/** Only then is the grandparent npm itself; any other may be a login shell, which the process may well outlive. */
function parentIsShellOfNpm() {
  return readProcess('cmdline').includes('\0-c\0node scripts/bootstrap.mjs');
}

/** The parent's parent: the second field after the parenthesised name, see proc_pid_stat(5). */
function grandparent() {
  const stat = readProcess('stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
}

/** @param {string} file of the parent in /proc; empty where there is none (macOS, Windows) */
function readProcess(file) {
  try {
    return readFileSync(`/proc/${process.ppid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
