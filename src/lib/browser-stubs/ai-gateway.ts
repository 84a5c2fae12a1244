/**
 * Replaces `@ai-sdk/gateway` in the browser (next.config.ts), which saves 20 kB of gzipped JavaScript. The AI
 * SDK imports it for model names written as plain strings; a browser here never calls a model, only our own
 * server.
 */
export class GatewayError extends Error {
  /** Called for every error; none is ever a gateway error. */
  static isInstance(): boolean {
    return false;
  }
}
export class GatewayAuthenticationError extends GatewayError {}

export function createGateway(): never {
  throw new Error("The model gateway is not part of the browser's code.");
}
export const gateway = createGateway;
