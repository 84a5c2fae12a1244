import { z } from "zod";
import { FILE_PATH_MAX_LENGTH } from "@/contracts/limits";
import { deleteProjectFile } from "@/domain/projects/files/delete-project-file";
import { editProjectFile } from "@/domain/projects/files/edit-project-file";
import { listProjectFiles } from "@/domain/projects/files/list-project-files";
import { readProjectFile } from "@/domain/projects/files/read-project-file";
import { searchProjectFiles } from "@/domain/projects/files/search-project-files";
import { writeProjectFile } from "@/domain/projects/files/write-project-file";
import { fileTool } from "./file-tool";

const path = z.string().min(1).max(FILE_PATH_MAX_LENGTH).describe("Relative path such as src/index.ts");

const listFiles = fileTool({
  id: "listFiles",
  description: "List all files of the project with their sizes in bytes.",
  input: z.object({}),
  act: async (_input, { user, project }) => ({
    files: (await listProjectFiles(user, project.id)).map(({ path, size }) => ({ path, size })),
  }),
});

const readFile = fileTool({
  id: "readFile",
  description: "Read one file.",
  input: z.object({ path }),
  act: async (input, { user, project }) => {
    const { path, content } = await readProjectFile(user, project.id, input.path);
    return { path, content };
  },
});

const writeFile = fileTool({
  id: "writeFile",
  description: "Create a file, or replace the whole content of one.",
  input: z.object({ path, content: z.string().describe("The complete content of the file") }),
  act: (input, { user, project }) => writeProjectFile(user, project.id, input),
});

const editFile = fileTool({
  id: "editFile",
  description:
    "Replace one passage of a file. The old text must stand there exactly once; quote enough around it.",
  input: z.object({ path, oldText: z.string().min(1), newText: z.string() }),
  act: (input, { user, project }) => editProjectFile(user, project.id, input),
});

const searchFiles = fileTool({
  id: "searchFiles",
  description: "Find the lines of all files that contain a text (not a pattern; case is ignored).",
  input: z.object({ query: z.string().min(1).max(200) }),
  act: ({ query }, { user, project }) => searchProjectFiles(user, project.id, query),
});

const deleteFile = fileTool({
  id: "deleteFile",
  description: "Delete one file.",
  input: z.object({ path }),
  act: async (input, { user, project }) => ({
    path: await deleteProjectFile(user, project.id, input.path),
    deleted: true,
  }),
});

/** The agent's tools: all of them work only inside the project of the request context. */
export const fileTools = { listFiles, readFile, writeFile, editFile, searchFiles, deleteFile };
