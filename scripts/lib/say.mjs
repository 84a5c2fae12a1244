// @ts-check
// All output of the launcher goes through here, so that it reads as one list. Plain syntax: this runs before
// the dependencies and our own Node are installed.

const LABEL_WIDTH = 15;

/**
 * One line of progress.
 * @param {string} label the topic, in one word
 * @param {string} text
 */
export function say(label, text) {
  console.log(`  ${label.padEnd(LABEL_WIDTH)}${text}`);
}

/**
 * A line of its own: an address, a heading, a hint.
 * @param {string} [text]
 */
export function sayPlain(text = "") {
  console.log(text);
}

/**
 * What went wrong, in sentences.
 * @param {string} sentences
 */
export function sayFailure(sentences) {
  console.error(`\n${sentences}\n`);
}

/**
 * Starts measuring; the returned function gives the elapsed time in words.
 * @returns {() => string}
 */
export function stopwatch() {
  const begin = performance.now();
  return () => duration(performance.now() - begin);
}

/**
 * @param {number} ms milliseconds
 * @returns {string} "0.4 s", "43 s", "2 min 5 s"
 */
export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Repeats a line during a long operation, so that it does not look stuck.
 * @param {string} label
 * @param {string} text
 * @returns {() => void} stops it
 */
export function sayWhileWaiting(label, text) {
  const elapsed = stopwatch();
  const timer = setInterval(() => say(label, `${text} (${elapsed()} so far) ...`), 30_000);
  return () => clearInterval(timer);
}
