import type { LanguageModelV4FunctionTool, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import type { Agent } from "@mastra/core/agent";
import type { RequestContext } from "@mastra/core/request-context";
import { standardSchemaToJSONSchema, toStandardSchema } from "@mastra/core/schema";
import { isValidationError, type ToolAction } from "@mastra/core/tools";
import type { RunChunk } from "@/domain/runs/run";
import { logger } from "@/lib/logger";
import type { RoundCall } from "./model-round";

type AgentTool = ToolAction<unknown, unknown>;

/** The tools of an agent, as Mastra has them. */
export type AgentTools = Awaited<ReturnType<Agent["listTools"]>>;

/** How a call ended: what the page shows, and what the model reads. */
export interface CallResult {
  chunk: RunChunk;
  part: LanguageModelV4ToolResultPart;
}

/** Made once for each tool, so that each request repeats them byte for byte: providers cache them. */
const definitions = new WeakMap<object, LanguageModelV4FunctionTool>();

/** What a provider is told about tools. */
export function definitionsOf(tools: AgentTools): LanguageModelV4FunctionTool[] {
  return Object.entries(tools).map(([name, tool]) => {
    const known = definitions.get(tool);
    if (known) return known;
    const definition = definitionOf(name, tool as AgentTool);
    definitions.set(tool, definition);
    return definition;
  });
}

function definitionOf(name: string, { description, inputSchema }: AgentTool): LanguageModelV4FunctionTool {
  const schema = inputSchema && standardSchemaToJSONSchema(toStandardSchema(inputSchema), { io: "input" });
  return {
    type: "function",
    name,
    ...(description === undefined ? {} : { description }),
    inputSchema: schema ? withoutLimits(schema) : { type: "object", properties: {} },
  };
}

type Schema = LanguageModelV4FunctionTool["inputSchema"];

/**
 * Lengths are checked when a tool is called: small model servers compile them into slow grammars, and some
 * refuse them.
 */
function withoutLimits(schema: Schema): Schema {
  const { $schema: _version, minLength: _least, maxLength: _most, properties, ...kept } = schema;
  if (!properties) return kept;
  const limited = Object.entries(properties).map(([name, each]) => [
    name,
    typeof each === "object" ? withoutLimits(each) : each,
  ]);
  return { ...kept, properties: Object.fromEntries(limited) };
}

/**
 * Calls one tool. Ours check their input themselves (file-tool.ts). Whatever goes wrong is a result
 * that the model can act on: an unknown name, arguments that do not fit, an error.
 */
export async function callTool(
  tools: AgentTools,
  call: RoundCall,
  options: { requestContext: RequestContext; abortSignal: AbortSignal },
): Promise<CallResult> {
  const tool = (Object.hasOwn(tools, call.toolName) ? tools[call.toolName] : undefined) as
    | AgentTool
    | undefined;
  if (!tool?.execute) {
    const names = Object.keys(tools).join(", ");
    return failed(
      call,
      `There is no tool of this name. Nothing was done. The tools are: ${names}. Use their exact names.`,
    );
  }
  try {
    const output: unknown = await tool.execute(call.input, options as never);
    return answered(call, isValidationError(output) ? { error: output.message } : output);
  } catch (error) {
    // Its text may quote a query with its values, and would be sent to the model's provider.
    logger.error({ err: error, tool: call.toolName }, "a tool threw");
    return failed(call, "This failed because of a problem on the server.");
  }
}

/** `{ error }` is a tool's way to refuse. */
function answered({ toolCallId, toolName }: RoundCall, output: unknown): CallResult {
  return {
    chunk: { type: "tool-output-available", toolCallId, output: output ?? null },
    part: {
      type: "tool-result",
      toolCallId,
      toolName,
      output:
        typeof output === "string"
          ? { type: "text", value: output }
          : { type: "json", value: (output ?? null) as never },
    },
  };
}

function failed({ toolCallId, toolName }: RoundCall, sentence: string): CallResult {
  return {
    chunk: { type: "tool-output-error", toolCallId, errorText: sentence },
    part: { type: "tool-result", toolCallId, toolName, output: { type: "error-text", value: sentence } },
  };
}
