import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { FILE_PATH_MAX_LENGTH } from "@/contracts/limits";
import { deleteProjectFile } from "@/domain/projects/files/delete-project-file";
import { editProjectFile } from "@/domain/projects/files/edit-project-file";
import { listProjectFiles } from "@/domain/projects/files/list-project-files";
import { readProjectFile } from "@/domain/projects/files/read-project-file";
import { searchProjectFiles } from "@/domain/projects/files/search-project-files";
import { writeProjectFile } from "@/domain/projects/files/write-project-file";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { type CodegenRequestContext, codegenContext } from "../lib/context";

const path = z.string().min(1).max(FILE_PATH_MAX_LENGTH).describe("Relative path such as src/index.ts");

/**
 * Runs one call of a tool. A refusal (a missing file, ambiguous text) is a result the model can act on. Any
 * other error is logged and replaced by a fixed sentence: a database error quotes the query with its values,
 * and would be sent to the model's provider.
 */
async function answerRefusals<Answer>(
  { toolOutput }: CodegenRequestContext,
  act: () => Promise<Answer>,
): Promise<Answer | { error: string }> {
  try {
    if (!toolOutput.begin()) return OUTPUT_USED_UP;
    const answer = await act();
    return toolOutput.take(answer) ? answer : OUTPUT_USED_UP;
  } catch (error) {
    if (error instanceof AppError) return { error: error.message };
    logger.error({ err: error }, "a tool failed unexpectedly");
    return { error: "This failed because of a problem on the server. Nothing was changed." };
  }
}

const OUTPUT_USED_UP = {
  error: "The tools have answered as much as they may for one message. Say what is left to do.",
};

const listFiles = createTool({
  id: "listFiles",
  description: "List all files of the project with their sizes in bytes.",
  inputSchema: z.object({}),
  execute: (_input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, async () => ({
      files: (await listProjectFiles(user, project.id)).map(({ path, size }) => ({ path, size })),
    }));
  },
});

const readFile = createTool({
  id: "readFile",
  description: "Read one file.",
  inputSchema: z.object({ path }),
  execute: (input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, async () => {
      const { path, content } = await readProjectFile(user, project.id, input.path);
      return { path, content };
    });
  },
});

const writeFile = createTool({
  id: "writeFile",
  description: "Create a file, or replace the whole content of one.",
  inputSchema: z.object({ path, content: z.string().describe("The complete content of the file") }),
  execute: (input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, async () => ({
      path: input.path,
      ...(await writeProjectFile(user, project.id, input)),
    }));
  },
});

const editFile = createTool({
  id: "editFile",
  description:
    "Replace one passage of a file. The old text must stand there exactly once; quote enough around it.",
  inputSchema: z.object({ path, oldText: z.string().min(1), newText: z.string() }),
  execute: (input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, async () => ({
      path: input.path,
      ...(await editProjectFile(user, project.id, input)),
    }));
  },
});

const searchFiles = createTool({
  id: "searchFiles",
  description: "Find the lines of all files that contain a text (not a pattern; case is ignored).",
  inputSchema: z.object({ query: z.string().min(1).max(200) }),
  execute: (input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, () => searchProjectFiles(user, project.id, input.query));
  },
});

const deleteFile = createTool({
  id: "deleteFile",
  description: "Delete one file.",
  inputSchema: z.object({ path }),
  execute: (input, { requestContext }) => {
    const context = codegenContext(requestContext);
    const { user, project } = context;
    return answerRefusals(context, async () => {
      await deleteProjectFile(user, project.id, input.path);
      return { path: input.path, deleted: true };
    });
  },
});

/** The agent's tools: all of them work only inside the project of the request context. */
export const fileTools = { listFiles, readFile, writeFile, editFile, searchFiles, deleteFile };
