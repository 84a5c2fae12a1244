import type { SocialProvider } from "./social-buttons";

/** The services the operator has configured, read on the server at the time of the request. */
export function socialProviders(environment: Readonly<Record<string, string | undefined>>): SocialProvider[] {
  const configured: SocialProvider[] = [];
  if (environment["GITHUB_CLIENT_ID"] && environment["GITHUB_CLIENT_SECRET"]) configured.push("github");
  if (environment["GOOGLE_CLIENT_ID"] && environment["GOOGLE_CLIENT_SECRET"]) configured.push("google");
  return configured;
}
