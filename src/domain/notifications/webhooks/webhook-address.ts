import "server-only";
import { WEBHOOK_ADDRESS_MAX_LENGTH } from "@/contracts/limits";
import { AppError } from "@/lib/app-error";
import { environment } from "@/lib/env.server";
import { type AddressPolicy, createAddressPolicy } from "@/lib/outbound/address-policy";
import { type Endpoint, parseEndpoint } from "@/lib/outbound/parse-endpoint";

/** An address that was checked: the endpoint the guard lets through, and the whole of it with its query. */
interface WebhookAddress {
  endpoint: Endpoint;
  url: string;
  policy: AddressPolicy;
}

/**
 * Checks the address of a receiver without network access. Unlike the address of an API it may have a query
 * (many receivers are told apart by one), and its final slash stays.
 *
 * @throws AppError `webhook_refused`
 */
export function parseWebhookAddress(typed: string): WebhookAddress {
  const policy = createAddressPolicy(environment().ALLOWED_PRIVATE_ENDPOINTS);
  const text = typed.trim();
  const [base = "", ...query] = text.split("?");
  if (URL.canParse(text) && new URL(text).href.length > WEBHOOK_ADDRESS_MAX_LENGTH) throw tooLong();
  try {
    const endpoint = parseEndpoint(base, policy, WEBHOOK_ADDRESS_MAX_LENGTH);
    const { pathname } = new URL(base);
    const search = query.length > 0 ? `?${query.join("?")}` : "";
    const url = new URL(`${endpoint.origin}${pathname}${search}`);
    if (url.origin !== endpoint.origin || url.hash || /[\p{C}\p{Z}\\]/u.test(search)) throw refused();
    return { endpoint, url: url.href, policy };
  } catch (error) {
    if (error instanceof AppError && error.code === "endpoint_refused") throw refused(error);
    throw error;
  }
}

function tooLong(): AppError {
  return new AppError(
    "webhook_refused",
    `This address has more than ${WEBHOOK_ADDRESS_MAX_LENGTH} characters once its special ones are percent-encoded, as they are sent. Give a shorter one.`,
  );
}

function refused(cause?: unknown): AppError {
  return new AppError(
    "webhook_refused",
    "This address cannot be used. Give the https:// address of a receiver on the public internet, without a user name or #; private ones only if the operator allows them (ALLOWED_PRIVATE_ENDPOINTS).",
    { cause },
  );
}
