import type { AuthorizationRequest } from "./authorizations";

/**
 * The consent page, on which a person lets an app create a key for them. Its buttons submit the page's own
 * parameters.
 */
export function consentPage({ callbackUrl }: AuthorizationRequest): string {
  return page(
    "Authorize an app",
    `<p><strong>${escaped(callbackUrl.host)}</strong> would like to make a key for your account.</p>
<p>This is the stand-in for OpenRouter. There is no account, and the key works here only.</p>
<form method="post">
<button name="decision" value="authorize">Authorize</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

export function invalidRequestPage(): string {
  return page("This cannot be authorized", "<p>The address to return to is missing or wrong.</p>");
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<body style="font: 1rem/1.5 system-ui; max-width: 30rem; margin: 4rem auto; padding: 0 1rem">
<h1>${title}</h1>
${body}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
