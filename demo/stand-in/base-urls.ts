import { places } from "./dialects/places";

/**
 * The provider base URLs of a stand-in, by the server's environment variables.
 *
 * @param standInUrl URL of the stand-in
 */
export function providerBaseUrls(standInUrl: string): Record<string, string> {
  return Object.fromEntries(
    places.flatMap(({ dialect, base }) =>
      base === null ? [] : [[`${dialect.provider.toUpperCase()}_BASE_URL`, `${standInUrl}${base}`]],
    ),
  );
}
