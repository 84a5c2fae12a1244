import { RequestContext } from "@mastra/core/request-context";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Actor } from "@/domain/identity/actor";
import type { PayingKey } from "@/domain/keys/find-paying-key";
import type { RunReceipt } from "@/domain/spending/run-receipt";
import { ToolOutputBudget } from "./tool-output-budget";

/**
 * What one message's run knows: who asks, in which project, with which key and model. Contains no secret (a
 * PayingKey is a name and an id), and a client cannot add to it: the route builds a new one for every request
 * and reads nothing of it from the body.
 */
export type CodegenRequestContext = {
  project: { id: string; name: string };
  user: Actor;
  modelSelection: ModelSelection;
  payingKey: PayingKey;
  /** Records each provider request. */
  receipt: RunReceipt;
  /** What the tools may still answer in this run. */
  toolOutput: ToolOutputBudget;
};

/** Made for one run. */
export function createCodegenContext(
  values: Omit<CodegenRequestContext, "toolOutput">,
): RequestContext<CodegenRequestContext> {
  const context = new RequestContext<CodegenRequestContext>();
  context.set("project", values.project);
  context.set("user", values.user);
  context.set("modelSelection", values.modelSelection);
  context.set("payingKey", values.payingKey);
  context.set("receipt", values.receipt);
  context.set("toolOutput", new ToolOutputBudget());
  return context;
}

/**
 * The run's context as tools and the agent receive it. @throws if it was not built by `createCodegenContext`
 */
export function codegenContext(context: RequestContext | undefined): CodegenRequestContext {
  const typed = context as RequestContext<CodegenRequestContext> | undefined;
  const project = typed?.get("project");
  const user = typed?.get("user");
  const modelSelection = typed?.get("modelSelection");
  const payingKey = typed?.get("payingKey");
  const receipt = typed?.get("receipt");
  const toolOutput = typed?.get("toolOutput");
  if (!project || !user || !modelSelection || !payingKey || !receipt || !toolOutput)
    throw new Error("the agent was called without its request context");
  return { project, user, modelSelection, payingKey, receipt, toolOutput };
}
