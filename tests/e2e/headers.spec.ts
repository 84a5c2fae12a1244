import { expect, test } from "./support/fixtures";

const PAGES = ["/", "/sign-in", "/sign-up", "/reset-password", "/projects", "/settings", "/nowhere"];

test("every page carries a strict policy with a nonce of its own, and the other security headers", async ({
  page,
  signUp,
  createProject,
}) => {
  await signUp(page);
  const nonces = new Set<string>();
  for (const path of [...PAGES, `/projects/${await createProject(page)}`]) {
    const { headers, html } = await test.step(path, async () => {
      const answer = await page.request.get(path);
      return { headers: answer.headers(), html: await answer.text() };
    });
    const policy = headers["content-security-policy"] ?? "";
    const nonce = /script-src [^;]*'nonce-([\w+/=]+)'/.exec(policy)?.[1] ?? "";
    expect(nonce.length, path).toBeGreaterThanOrEqual(22);
    nonces.add(nonce);
    expect(policy).toContain("'strict-dynamic'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    for (const part of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["permissions-policy"]).toContain("camera=()");
    expect(headers).not.toHaveProperty("x-powered-by");
    const withoutNonce = [...html.matchAll(/<script\b[^>]*>/g)].filter(
      (tag) => !tag[0].includes(`nonce="${nonce}"`),
    );
    expect(
      withoutNonce.map((tag) => tag[0]),
      path,
    ).toEqual([]);
    expect(html, path).not.toMatch(/\sstyle="/);
    // Not cached: it shows personal data.
    if (["/projects", "/settings"].includes(path)) expect(headers["cache-control"]).toContain("no-store");
  }
  expect(nonces.size).toBe(PAGES.length + 1);
});
