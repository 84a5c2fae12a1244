import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import type { ModelPrice } from "@/contracts/models";
import type { ProviderFacts } from "@/contracts/provider";
import type { ProviderFailureCode } from "./failures/provider-failure";
import type { WireReader } from "./wire/wire-reader";

/**
 * A provider: its facts, its key header, and five operations (a sixth if accounts can be connected). To add
 * one, add a folder in this directory and a line in registry.ts.
 *
 * An adapter never sees a key. It receives a `fetch` that adds the key to outgoing requests, refuses other
 * origins and redirects, and converts a refusal into a ProviderFailure with the adapter's own
 * `classifyRefusal`.
 */
export interface ProviderAdapter {
  readonly facts: AdapterFacts;
  /** Shown before the provider's own list has been read, in display order. */
  readonly knownModels: readonly KnownModel[];
  /** Provider id in the price library, if it uses the same model ids as the provider; otherwise null. */
  readonly priceProviderId: string | null;
  readonly keyHeader: KeyHeader;
  /**
   * The header for a specific address, for custom endpoints that differ; without it `keyHeader` applies
   * everywhere.
   */
  keyHeaderAt?(baseUrl: string): KeyHeader;
  /**
   * Address of the API without its version, for example "https://openrouter.ai/api"; null if every key has
   * its own.
   */
  readonly defaultOrigin: string | null;
  /** Path after the address; "v1" by default. */
  readonly apiVersion?: string;

  /** A model that uses the connection. Sends nothing until called and does not retry. */
  buildModel(modelId: string, connection: ProviderConnection): LanguageModelV4;
  /** Marks what the provider shall cache of a request to this model, where it caches nothing by itself. */
  cacheMarks?(modelId: string): LanguageModelMiddleware | undefined;
  /**
   * Checks whether the provider accepts the key, with the smallest free call, and whether its account can
   * pay, with a message of one token where a call that is free does not show it.
   * @throws ProviderFailure with the reason; a 429 or 5xx is never `provider_key_invalid`
   */
  testKey(connection: ProviderConnection): Promise<void>;
  /** The models this key may use, as the provider lists them. @throws ProviderFailure */
  listModels(connection: ProviderConnection): Promise<ListedModel[]>;
  /** Classifies a refusal. Also called for errors inside a stream, which have a type and no status. */
  readonly classifyRefusal: ClassifyRefusal;
  /**
   * Its servers may refuse an assistant message with tool calls that has lost its reasoning, which has no
   * signature there.
   */
  readonly takesThinkingBack?: true;
  /** Reads the bytes of one streamed answer, so that the client of `buildModel` can. */
  readonly newReader: NewWireReader;
  /** What it says a request cost, in dollars, from its own report; where it says so. Untrusted. */
  readCost?(usage: Record<string, unknown>): number | null;
  /** Connecting an account instead of pasting a key, where the provider offers it. */
  readonly connection?: AccountConnection;
}

/**
 * Facts shown to people; `canConnect` follows from `connection`. Kept in its own file, `facts.ts`, so that it
 * can be read without loading the provider's client.
 */
export type AdapterFacts = Omit<ProviderFacts, "canConnect">;

/**
 * Facts about a model that we maintain. Context size and price come from the price library: see
 * models/catalog.ts.
 */
export interface KnownModel {
  readonly id: string;
  readonly name: string;
  /** One sentence to help choosing. */
  readonly description: string;
  /** The platform offers small models only: everyone shares its bill. */
  readonly offeredByPlatform?: true;
}

/** A provider's authorization code flow with PKCE (RFC 7636, method S256), which ends with a key. */
export interface AccountConnection {
  /**
   * The provider's page where the person grants access.
   * @param request `baseUrl` of the API with its version; where the provider sends the person back; the
   *   challenge
   */
  authorizeUrl(request: { baseUrl: string; callbackUrl: string; codeChallenge: string }): string;
  /**
   * Exchanges a code for a key. The given `fetch` has no key, follows no redirect and has a time limit.
   * @throws ProviderFailure
   */
  exchangeCode(request: {
    baseUrl: string;
    code: string;
    codeVerifier: string;
    fetch: typeof fetch;
  }): Promise<string>;
}

/** Header that carries the key, in lower case, and the prefix before the key ("Bearer "). */
export interface KeyHeader {
  readonly name: string;
  readonly prefix: string;
}

/** A connection to a provider with one key. */
export interface ProviderConnection {
  /** Address of the API with its version ("https://api.anthropic.com/v1"), without a trailing slash. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
}

/** What comes with an answer beside its body. */
export interface AnswerContext {
  readonly classifyRefusal: ClassifyRefusal;
  readonly headers: Headers;
}

/** Makes the reader of one answer. */
export type NewWireReader = (context: AnswerContext) => WireReader;

/** A provider's own classification of its refusals. Never throws, whatever the body is. */
export type ClassifyRefusal = (refusal: Refusal) => ProviderFailureCode;

/** A provider's error response. Read once, at most 64 kB. */
export interface Refusal {
  /** HTTP status; 0 for an error inside a stream. */
  readonly status: number;
  /** The body as JSON, otherwise as text; null for an HTML page. Untrusted, and may quote the key. */
  readonly body: unknown;
}

/** A model as a provider lists it. */
export interface ListedModel {
  readonly id: string;
  /** The provider's display name; null if it gives none. */
  readonly name: string | null;
  readonly contextTokens: number | null;
  readonly price: ModelPrice | null;
  /** Whether it can call tools, without which the agent cannot work; null if the provider does not say. */
  readonly canCallTools: boolean | null;
}
