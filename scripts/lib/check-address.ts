import { once } from "node:events";
import { createServer } from "node:net";
import { errorCode, LaunchError } from "./launch-error";

/** Binds the address briefly. @returns the system's error code if that fails */
async function bindProblem(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return errorCode(error);
  } finally {
    server.close();
  }
}

async function freePortAfter(host: string, port: number): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + 20, 65_535); candidate++) {
    if ((await bindProblem(host, candidate)) === undefined) return candidate;
  }
  return undefined;
}

/**
 * Checks that the server can listen on the address.
 *
 * @param command the npm command, for the advice in the message
 * @throws LaunchError address_unusable
 */
export async function checkAddress(host: string, port: number, command: string): Promise<void> {
  const problem = await bindProblem(host, port);
  if (problem === undefined) return;
  throw new LaunchError("address_unusable", await sentence(problem, host, port, command));
}

async function sentence(problem: string, host: string, port: number, command: string): Promise<string> {
  switch (problem) {
    case "EADDRINUSE": {
      const free = await freePortAfter(host, port);
      const next = free ? ` or choose another port: PORT=${free} ${command}` : " or set PORT to a free one";
      return `Port ${port} on ${host} is already in use, perhaps by an Orchestral that is still running. Stop that program,${next}`;
    }
    case "EACCES":
      return `This user may not listen on port ${port}. Set PORT to one above 1023 and put a reverse proxy in front of it.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return `HOST is ${host}, which is not an address of this machine. Use 127.0.0.1 (this machine only) or 0.0.0.0 (every network).`;
    default:
      return `Orchestral cannot listen on ${host}, port ${port} (${problem}). Set HOST and PORT to an address of this machine.`;
  }
}
