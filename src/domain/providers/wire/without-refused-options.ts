import { ProviderFailure } from "../failures/provider-failure";

/**
 * Sends a request once more without `stream_options` if the server refuses them: they only ask it to report
 * the usage. The refused request costs nothing, and nothing else is repeated.
 */
export function withoutRefusedOptions(send: typeof fetch): typeof fetch {
  let areRefused = false;
  return async (input, init) => {
    const body = init?.body;
    if (typeof body !== "string" || !body.includes('"stream_options"')) return send(input, init);
    const sendWithout = () => send(input, { ...init, body: withoutOptions(body) });
    if (areRefused) return sendWithout();
    try {
      return await send(input, init);
    } catch (error) {
      if (!(error instanceof ProviderFailure && error.refusedField === "stream_options")) throw error;
      areRefused = true;
      return sendWithout();
    }
  };
}

function withoutOptions(body: string): string {
  const { stream_options: _options, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(rest);
}
