import { AppError } from "@/lib/app-error";

/**
 * An address that may not be used.
 *
 * @param sentence what is wrong and what to do, for the person who typed the address
 * @param detail for the log only: what a name resolved to must not be disclosed to that person
 */
export function endpointRefused(sentence: string, detail?: string): AppError {
  return new AppError("endpoint_refused", sentence, detail === undefined ? {} : { cause: detail });
}

export function addressNotAllowed(detail?: string): AppError {
  return endpointRefused(
    "This address is not open to this installation. Use a public one, or ask the operator to add it to ALLOWED_PRIVATE_ENDPOINTS.",
    detail,
  );
}

export function needsTls(detail?: string): AppError {
  return endpointRefused(
    "An address beginning with http:// sends your key unprotected. Use https://; http:// works only for private addresses the operator allows.",
    detail,
  );
}
