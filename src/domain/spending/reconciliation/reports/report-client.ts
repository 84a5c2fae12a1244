import "server-only";
import type { z } from "zod";
import { withoutInvisible } from "@/contracts/visible-text";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import { connect } from "@/domain/providers/transport/connect";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import { providerToken } from "@/domain/providers/wire/provider-token";
import { readJsonAnswer } from "@/domain/providers/wire/read-json-answer";
import type { Secret } from "@/lib/secret";

/** Pages of one list: 31 days of hundreds of keys and models fit. */
const MAX_PAGES = 60;
const NAME_MAX_LENGTH = 80;

type Query = Record<string, string | number | readonly string[] | undefined>;

/** Reads a provider's reports with one key, page by page. */
export class ReportClient {
  readonly #adapter: ProviderAdapter;
  readonly #connection: ProviderConnection & { echo: KeyEcho };
  readonly #signal: AbortSignal;
  readonly #headers: Record<string, string>;

  /**
   * @param openKey opens the key for each request
   * @throws as connect
   */
  constructor(
    adapter: ProviderAdapter,
    openKey: () => Promise<Secret>,
    { signal, headers = {} }: { signal: AbortSignal; headers?: Record<string, string> },
  ) {
    this.#adapter = adapter;
    this.#connection = connect(adapter, null, openKey, "short");
    this.#signal = signal;
    this.#headers = { accept: "application/json", ...headers };
  }

  /** @throws ProviderFailure, and what openKey throws */
  async get<Schema extends z.ZodType>(path: string, query: Query, schema: Schema): Promise<z.infer<Schema>> {
    const { baseUrl, fetch } = this.#connection;
    try {
      const response = await fetch(`${baseUrl}/${path}${searchOf(query)}`, {
        headers: this.#headers,
        signal: this.#signal,
      });
      return await readJsonAnswer(response, schema, this.#adapter.classifyRefusal);
    } catch (error) {
      if (this.#signal.aborted) throw new ProviderFailure("provider_timeout");
      throw error;
    }
  }

  /**
   * All pages of a list.
   *
   * @param next what the query of the next page has besides; null on the last one
   */
  async pages<Schema extends z.ZodType>(
    path: string,
    query: Query,
    schema: Schema,
    next: (page: z.infer<Schema>) => Query | null,
  ): Promise<z.infer<Schema>[]> {
    const pages: z.infer<Schema>[] = [];
    const asked = new Set<string>();
    for (let more: Query | null = {}; more; ) {
      // A list that leads back to itself would never end.
      const place = JSON.stringify(more);
      if (asked.has(place) || asked.size >= MAX_PAGES) {
        throw new ProviderFailure("provider_bad_response", { cause: "a list without an end" });
      }
      asked.add(place);
      // oxlint-disable-next-line no-await-in-loop -- page after page
      const page = await this.get(path, { ...query, ...more }, schema);
      pages.push(page);
      more = next(page);
    }
    return pages;
  }

  /** An id of the provider's. @throws ProviderFailure if it is none, or repeats a piece of the key */
  id(text: unknown): string {
    const token = providerToken(text, this.#connection.echo);
    if (token === null) throw new ProviderFailure("provider_bad_response", { cause: "an id that is none" });
    return token;
  }

  /** A model's id: other forms than an id's, but no piece of the key. */
  model(text: unknown): string {
    if (typeof text !== "string" || this.#connection.echo.isIn(text)) return "";
    return withoutInvisible(text).slice(0, NAME_MAX_LENGTH);
  }

  /** A name that somebody gave; empty if it repeats a piece of the key. */
  name(text: unknown): string {
    return this.model(text).trim();
  }
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (typeof value === "object") for (const each of value) search.append(`${name}[]`, each);
    else search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
