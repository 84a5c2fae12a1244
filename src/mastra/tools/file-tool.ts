import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { unreadableInput } from "@/domain/runs/tool-call-input";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { type CodegenRequestContext, codegenContext } from "../lib/context";

interface FileTool<Input> {
  id: string;
  description: string;
  input: z.ZodType<Input>;
  act: (input: Input, context: CodegenRequestContext) => Promise<object>;
}

/**
 * A tool of the agent. Every refusal (arguments that do not fit, a missing file, ambiguous text) is a result
 * with a sentence in `error`, which the model can act on and the page shows as not done.
 */
export function fileTool<Input>({ id, description, input, act }: FileTool<Input>) {
  return createTool({
    id,
    description,
    inputSchema: unchecked(input),
    execute: (given, { requestContext }) => {
      const context = codegenContext(requestContext);
      return answerRefusals(context, async () => act(fitting(given, input), context));
    },
  });
}

/**
 * The schema as a provider sees it, with no check of its own: the agent framework would answer what does not
 * fit in words of its own, and repair arguments that should be refused.
 */
function unchecked(schema: z.ZodType) {
  const jsonSchema = () => z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return {
    "~standard": {
      version: 1 as const,
      vendor: "orchestral",
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: jsonSchema, output: jsonSchema },
    },
  };
}

/** @throws AppError `invalid_request` */
function fitting<Input>(given: unknown, schema: z.ZodType<Input>): Input {
  const unreadable = unreadableInput(given);
  if (unreadable !== null) {
    throw new AppError(
      "invalid_request",
      `Nothing was done. Send the arguments as one JSON object. ${unreadable}`,
    );
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) => `${path.join(".") || "arguments"}: ${message}`);
  throw new AppError("invalid_request", `Nothing was done. The arguments do not fit: ${issues.join("; ")}`);
}

const OUTPUT_USED_UP = {
  error: "The tools have answered as much as they may for one message. Say what is left to do.",
};

/**
 * Runs one call of a tool. A refusal is a result the model can act on. Any other error is logged and replaced
 * by a fixed sentence: a database error quotes the query with its values, and would be sent to the model's
 * provider.
 */
async function answerRefusals(
  { toolOutput }: CodegenRequestContext,
  act: () => Promise<object>,
): Promise<object> {
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
