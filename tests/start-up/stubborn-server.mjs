// Ends only when it is made to: it answers SIGTERM by waiting for a request that never ends, as a web server
// may.
import { spawn } from "node:child_process";

process.on("SIGTERM", () => {});
const grandchild = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
console.log(JSON.stringify({ server: process.pid, grandchild: grandchild.pid }));
setInterval(() => {}, 1000);
