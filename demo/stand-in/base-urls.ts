import { places } from "./dialects/places";

/**
 * Where a server finds each provider in a stand-in, by the variables it reads them from.
 *
 * @param standInUrl address the stand-in listens at
 */
export function providerBaseUrls(standInUrl: string): Record<string, string> {
  return Object.fromEntries(
    places.flatMap(({ dialect, base }) =>
      base === null ? [] : [[`${dialect.provider.toUpperCase()}_BASE_URL`, `${standInUrl}${base}`]],
    ),
  );
}
