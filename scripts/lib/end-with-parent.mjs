// @ts-check
// Loaded with --import into the Node programs the launcher starts. They end with the launcher even if it is
// killed, and at most five seconds after being asked to. A server lets its runs end first: it attaches that to
// the exit (src/lib/close-before-exit.ts).

const GRACE_MS = 5_000;

/**
 * Next waits for open requests when it ends, and an answer may stream for minutes. A graceful shutdown (which
 * releases the lock of the data folder) is better than the SIGKILL that would follow.
 */
function endWithParent() {
  process.once("SIGTERM", () => {
    if (process.listenerCount("SIGTERM") === 0) process.exit(143);
    setTimeout(() => process.exit(143), GRACE_MS).unref();
  });
  process.channel?.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

// Workers that such a program forks inherit the --import. The channel to their own parent keeps them alive
// and must not be unreferenced: otherwise Next's build workers stop half-way and the build ends early without
// an error.
if (process.env.ORCHESTRAL_LAUNCHER_PID === String(process.ppid)) endWithParent();
