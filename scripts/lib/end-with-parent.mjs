// @ts-check
// Loaded with --import into the Node programs the launcher starts. They end with the launcher even when it is killed, and
// never later than five seconds after they were asked to.

const GRACE_MS = 5_000;

// Next waits for open requests when it ends, and an answer may stream for minutes. An exit in good order (the lock of the
// data folder is given back) beats the SIGKILL that would follow.
process.once("SIGTERM", () => {
  if (process.listenerCount("SIGTERM") === 0) process.exit(143);
  setTimeout(() => process.exit(143), GRACE_MS).unref();
});

if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}
