import { globSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AdapterFacts } from "@/domain/providers/provider-adapter";

/**
 * Ids of the providers an operator can set a key and an address for. Read from their facts: the registry
 * would load the clients of all of them, which takes longer than everything else the launcher does.
 */
export async function operatorProviders(root: string): Promise<string[]> {
  const files = globSync("src/domain/providers/*/facts.ts", { cwd: root });
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(path.join(root, file)).href) as Promise<{ facts: AdapterFacts }>,
    ),
  );
  return modules.filter(({ facts }) => !facts.needsAddress).map(({ facts }) => facts.id);
}
