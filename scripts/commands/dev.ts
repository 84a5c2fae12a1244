import { serveDemo } from "./demo";
import { serveInstallation } from "./start";

/** `npm run dev`: the development server on the real settings, or with `--demo` on the demo's. */
export async function dev(root: string, args: readonly string[]): Promise<number> {
  return args.includes("--demo") ? serveDemo(root, "dev") : serveInstallation(root, "dev");
}
