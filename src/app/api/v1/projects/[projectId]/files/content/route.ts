import { filePathSchema } from "@/contracts/project-files";
import { readProjectFile } from "@/domain/projects/files/read-project-file";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute<{ projectId: string }>(({ url, user, params }) =>
  readProjectFile(user, params.projectId, parseInput(filePathSchema, url.searchParams.get("path") ?? "")),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
