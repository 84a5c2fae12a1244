import { filePathSchema } from "@/contracts/project-files";
import { readProjectFile } from "@/domain/project-files/read-project-file";
import { apiRoute, parseInput } from "@/lib/http/api-route";

export const GET = apiRoute<{ projectId: string }>(({ url, user, params }) =>
  readProjectFile(user, params.projectId, parseInput(filePathSchema, url.searchParams.get("path") ?? "")),
);
