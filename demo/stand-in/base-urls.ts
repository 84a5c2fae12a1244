/** Where a server finds each provider in a stand-in, by the variables it reads them from. */
export interface ProviderBaseUrls {
  ANTHROPIC_BASE_URL: string;
  OPENAI_BASE_URL: string;
  OPENROUTER_BASE_URL: string;
}

/** @param standInUrl address the stand-in listens at */
export function providerBaseUrls(standInUrl: string): ProviderBaseUrls & Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: standInUrl,
    OPENAI_BASE_URL: standInUrl,
    OPENROUTER_BASE_URL: `${standInUrl}/api`,
  };
}
