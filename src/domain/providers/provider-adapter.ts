import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelPrice } from "@/contracts/models";
import type { ProviderFacts } from "@/contracts/provider";
import type { ProviderFailureCode } from "./failures/provider-failure";

/**
 * A provider: what it is called, how a key travels to it, and five verbs (a sixth where accounts can be connected). Adding one is a folder beside this file and a line in
 * registry.ts.
 *
 * No adapter ever sees a key. It is handed a `fetch` that adds the key to the request that leaves, refuses every other origin and
 * every redirect, and turns a refusal into a ProviderFailure by the adapter's own `classifyRefusal`.
 */
export interface ProviderAdapter {
  readonly facts: AdapterFacts;
  /** Shown before the provider was asked for its own list, in the order people see them. */
  readonly knownModels: readonly KnownModel[];
  /** Id in the price library, when it knows the provider's models by the ids the provider itself uses; null when it does not. */
  readonly priceProviderId: string | null;
  readonly keyHeader: KeyHeader;
  /** The header at one address, for endpoints of one's own that differ; without it `keyHeader` holds everywhere. */
  keyHeaderAt?(baseUrl: string): KeyHeader;
  /** Address of the API without its version, for example "https://openrouter.ai/api"; null if every key brings its own. */
  readonly defaultOrigin: string | null;
  /** What stands behind the address; "v1" unless it is said. */
  readonly apiVersion?: string;

  /** A model that answers over the connection. Sends nothing by itself and does not retry. */
  buildModel(modelId: string, connection: ProviderConnection): LanguageModelV4;
  /**
   * Finds out whether the provider accepts the key, by the smallest call that costs nothing.
   * @throws ProviderFailure saying what is wrong; a 429 or 5xx is never `provider_key_invalid`
   */
  testKey(connection: ProviderConnection): Promise<void>;
  /** The models this key may use, as the provider lists them. @throws ProviderFailure */
  listModels(connection: ProviderConnection): Promise<ListedModel[]>;
  /** What a refusal means. Also asked for errors inside a stream, which carry a type and no status. */
  readonly classifyRefusal: ClassifyRefusal;
  /** What one request took, from what the SDK says of it. */
  readUsage(step: StepReport): RequestUsage;
  /** Connecting an account instead of pasting a key, where the provider offers it. */
  readonly connection?: AccountConnection;
}

/**
 * What people are told; whether accounts can be connected follows from `connection`. In a file of its own, `facts.ts`, so that it can
 * be read without loading the provider's client.
 */
export type AdapterFacts = Omit<ProviderFacts, "canConnect">;

/** What somebody wrote down about a model. Size and price are the price library's: see models/catalog.ts. */
export interface KnownModel {
  readonly id: string;
  readonly name: string;
  /** One sentence that helps to choose. */
  readonly description: string;
  /** The platform offers small models only: its bill is everybody's. */
  readonly offeredByPlatform?: true;
}

/** A provider's authorization code flow with PKCE (RFC 7636, method S256), which ends with a key. */
export interface AccountConnection {
  /**
   * The provider's page on which the person agrees.
   * @param request `baseUrl` of the API with its version; where the provider sends the person back; the challenge
   */
  authorizeUrl(request: { baseUrl: string; callbackUrl: string; codeChallenge: string }): string;
  /**
   * A key for a code. The `fetch` it is handed has no key, follows no redirect and ends in time.
   * @throws ProviderFailure
   */
  exchangeCode(request: {
    baseUrl: string;
    code: string;
    codeVerifier: string;
    fetch: typeof fetch;
  }): Promise<string>;
}

/** Header that carries the key, in lower case, and what stands before the key in it ("Bearer "). */
export interface KeyHeader {
  readonly name: string;
  readonly prefix: string;
}

/** The way to a provider with one key. */
export interface ProviderConnection {
  /** Address of the API with its version ("https://api.anthropic.com/v1"), without a final slash. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
}

/** A provider's own reading of its refusals. Never throws, whatever the body is. */
export type ClassifyRefusal = (refusal: Refusal) => ProviderFailureCode;

/** A provider's answer that is no answer. Read once, at most 64 kB of it. */
export interface Refusal {
  /** HTTP status; 0 for an error inside a stream. */
  readonly status: number;
  /** The body as JSON, or as text when it is none; null for a page of HTML. Untrusted, and may quote the key. */
  readonly body: unknown;
}

/** A model as a provider lists it. */
export interface ListedModel {
  readonly id: string;
  /** The provider's own name for people; null when it gives none. */
  readonly name: string | null;
  readonly contextTokens: number | null;
  readonly price: ModelPrice | null;
  /** Whether it can call tools, without which the agent cannot work; null when the provider does not say. */
  readonly canCallTools: boolean | null;
}

/** What the SDK reports at the end of a request. */
export interface StepReport {
  readonly usage: {
    readonly inputTokens?: number | undefined;
    readonly outputTokens?: number | undefined;
    readonly inputTokenDetails?:
      | { readonly cacheReadTokens?: number | undefined; readonly cacheWriteTokens?: number | undefined }
      | undefined;
    readonly outputTokenDetails?: { readonly reasoningTokens?: number | undefined } | undefined;
  };
  readonly providerMetadata: unknown;
}

/** Tokens of one request, and its cost where the provider itself says it. */
export interface RequestUsage {
  /** All that went in: fresh, read from the cache and written to it. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  /** All that came out, reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** What the provider charged in micro-dollars; null when it does not say. */
  readonly reportedMicroUsd: number | null;
}
