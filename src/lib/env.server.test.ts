import { describe, expect, it } from "vitest";
import { isProductVariable, parseEnvironment } from "./env.server";
import { EnvironmentError } from "./environment-error";

const secrets = {
  ENCRYPTION_KEY: "5f".repeat(16) + "c3".repeat(16),
  BETTER_AUTH_SECRET: "a-random-enough-secret-of-forty-letters!",
};

const PROVIDERS = ["anthropic", "openai-compatible"];

function problemsOf(env: Record<string, string>): EnvironmentError {
  try {
    parseEnvironment({ ...secrets, ...env }, PROVIDERS);
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error("expected the environment to be refused");
}

describe("an environment that sets only the secrets", () => {
  it("serves on this machine only, with the embedded database", () => {
    expect(parseEnvironment(secrets)).toMatchObject({
      HOST: "127.0.0.1",
      PORT: 3000,
      APP_URL: "http://127.0.0.1:3000",
      DATA_DIR: ".data",
      DATABASE_URL: undefined,
      LOG_LEVEL: "info",
      SIGN_UP: "open",
      RUN_GRACE_SECONDS: 60,
      DRAIN_SECONDS: 25,
      ORCHESTRAL_DEMO: false,
    });
  });

  it("treats empty and blank values as not set", () => {
    const environment = parseEnvironment({ ...secrets, PORT: "", DATABASE_URL: "  " });
    expect(environment).toMatchObject({ PORT: 3000, DATABASE_URL: undefined });
  });

  it("drops the newline that was pasted with a value", () => {
    expect(parseEnvironment({ ...secrets, VAULT_TOKEN: "hvs.demo\n" }).VAULT_TOKEN).toBe("hvs.demo");
  });
});

describe("the address people open", () => {
  it.each([
    [{ PORT: "8080" }, "http://127.0.0.1:8080"],
    [{ HOST: "0.0.0.0" }, "http://127.0.0.1:3000"],
    [{ HOST: "::" }, "http://127.0.0.1:3000"],
    [{ HOST: "::1" }, "http://[::1]:3000"],
    [{ HOST: "orchestral.lan" }, "http://orchestral.lan:3000"],
    [{ APP_URL: "https://orchestral.example.com/" }, "https://orchestral.example.com"],
  ])("%j gives %s", (env, expected) => {
    expect(parseEnvironment({ ...secrets, ...env }).APP_URL).toBe(expected);
  });
});

describe("the variables of providers", () => {
  it("are checked with the others, for the providers that are named", () => {
    const wrong = { ANTHROPIC_BASE_URL: "https://api.anthropic.com/v1", PORT: "x" };
    expect(problemsOf(wrong).problems.map(({ variable }) => variable)).toEqual([
      "PORT",
      "ANTHROPIC_BASE_URL",
    ]);
    // Variables of another program are not ours to check.
    expect(() =>
      parseEnvironment({ ...secrets, ACME_BASE_URL: "https://acme.example/v1" }, PROVIDERS),
    ).not.toThrow();
  });

  it("are not part of what this returns, where a key could be printed", () => {
    expect(
      JSON.stringify(parseEnvironment({ ...secrets, ANTHROPIC_API_KEY: "sk-ant-demo" }, PROVIDERS)),
    ).not.toContain("sk-ant");
  });

  it.each(["ANTHROPIC_API_KEY", "NEXT_YEARS_BASE_URL", "DATABASE_URL", "ENCRYPTION_KEY"])(
    "%s belongs to this installation, and tests start without it",
    (name) => {
      expect(isProductVariable(name)).toBe(true);
    },
  );

  it.each(["PATH", "HOME", "npm_config_base_url", "API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"])(
    "%s does not",
    (name) => {
      expect(isProductVariable(name)).toBe(false);
    },
  );
});

function allowedRangesIn(value: string): string[] {
  const { ALLOWED_PRIVATE_ENDPOINTS } = parseEnvironment({ ...secrets, ALLOWED_PRIVATE_ENDPOINTS: value });
  return ALLOWED_PRIVATE_ENDPOINTS.map(([address, length]) => `${address.toString()}/${length}`);
}

describe("private addresses that people may use as endpoints", () => {
  it("are none unless the operator names them", () => {
    expect(parseEnvironment(secrets).ALLOWED_PRIVATE_ENDPOINTS).toEqual([]);
  });

  it("are addresses and ranges of both families", () => {
    expect(allowedRangesIn("127.0.0.1, 10.0.0.0/8,,::1 ,fd00::/8,0.0.0.0/0")).toEqual([
      "127.0.0.1/32",
      "10.0.0.0/8",
      "::1/128",
      "fd00::/8",
      "0.0.0.0/0",
    ]);
  });

  it.each([
    ["127.0.0.1,localhost", "entry 2 is not an IP address or range"],
    ["0177.0.0.1", "entry 1 is not an IP address or range"],
    ["10.1.2.3/8", "entry 1 is not an IP address or range"],
    ["10.0.0.0/33", "entry 1 is not an IP address or range"],
    ["10.0.0.0/-1", "entry 1 is not an IP address or range"],
    ["::1/129", "entry 1 is not an IP address or range"],
    ["fe80::1%eth0", "entry 1 is not an IP address or range"],
    ["10.0.0.0/8 127.0.0.1", "entry 1 is not an IP address or range"],
    ["169.254.169.254", "entry 1 lies where cloud metadata services or no hosts are"],
    ["::1,169.254.0.0/16", "entry 2 lies where cloud metadata services or no hosts are"],
    ["fe80::/64", "entry 1 lies where cloud metadata services or no hosts are"],
    ["fd00:ec2::254", "entry 1 lies where cloud metadata services or no hosts are"],
    ["0.0.0.0", "entry 1 lies where cloud metadata services or no hosts are"],
    ["::ffff:127.0.0.1", "entry 1 is an IPv6 form of IPv4 addresses"],
    ["64:ff9b::/96", "entry 1 is an IPv6 form of IPv4 addresses"],
    ["2002::/16", "entry 1 is an IPv6 form of IPv4 addresses"],
  ])("%s is refused and the entry named", (value, complaint) => {
    expect(problemsOf({ ALLOWED_PRIVATE_ENDPOINTS: value }).problems).toEqual([
      { variable: "ALLOWED_PRIVATE_ENDPOINTS", sentence: expect.stringContaining(complaint) },
    ]);
  });

  it("report each entry that cannot be used", () => {
    const { problems } = problemsOf({ ALLOWED_PRIVATE_ENDPOINTS: "home,127.0.0.1,169.254.169.254" });
    expect(problems.map(({ sentence }) => /entry \d/.exec(sentence)?.[0])).toEqual(["entry 1", "entry 3"]);
  });
});

describe("an environment that cannot be used", () => {
  it.each([
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "3000a"],
    ["PORT", "-1"],
    ["HOST", "http://127.0.0.1"],
    ["APP_URL", "orchestral.example.com"],
    ["APP_URL", "https://example.com/orchestral"],
    ["DATABASE_URL", "mysql://root@localhost/orchestral"],
    ["DATABASE_URL", "postgres://user:password@host:port/db"],
    ["BETTER_AUTH_SECRET", "short"],
    ["LOG_LEVEL", "loud"],
    ["NODE_ENV", "prod"],
    ["SIGN_UP", "nobody"],
    ["ORCHESTRAL_DEMO", "yes please"],
    ["PROVIDER_TIMEOUT_SECONDS", "0"],
    ["RUN_GRACE_SECONDS", "-1"],
    ["DRAIN_SECONDS", "a while"],
  ])("%s=%s is refused in a sentence that names the variable", (variable, value) => {
    const { problems } = problemsOf({ [variable]: value });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(problems[0]?.sentence).toContain(variable);
    expect(problems[0]?.sentence).toMatch(/\.$|\)\.$/);
  });

  // `docker run --env-file` passes the quotes of the file on.
  it.each([
    ["PORT", "'4000'"],
    ["APP_URL", '"https://orchestral.example.com"'],
    ["DATABASE_URL", '"postgres://orchestral@127.0.0.1/orchestral"'],
    ["DATA_DIR", "'/data'"],
    ["ENCRYPTION_KEY", `"${secrets.ENCRYPTION_KEY}"`],
    ["OPERATOR_EMAILS", "'ada@example.com'"],
  ])("%s in quotes is refused, with what to do", (variable, value) => {
    const sentence = `${variable} has quotes around its value; remove them.`;
    expect(problemsOf({ [variable]: value }).problems).toEqual([{ variable, sentence }]);
  });

  it("leaves a secret that has always had quotes as it is, or everybody would be signed out", () => {
    const BETTER_AUTH_SECRET = `"${secrets.BETTER_AUTH_SECRET}"`;
    expect(parseEnvironment({ ...secrets, BETTER_AUTH_SECRET }).BETTER_AUTH_SECRET).toBe(BETTER_AUTH_SECRET);
  });

  it.each(["GITHUB", "GOOGLE"])("needs both halves of the %s sign-in, whichever is missing", (service) => {
    expect(problemsOf({ [`${service}_CLIENT_ID`]: "id" }).problems[0]?.variable).toBe(
      `${service}_CLIENT_SECRET`,
    );
    expect(problemsOf({ [`${service}_CLIENT_SECRET`]: "s" }).problems[0]?.variable).toBe(
      `${service}_CLIENT_ID`,
    );
  });

  it("refuses to run without its secrets", () => {
    const { problems } = problemsOf({ ENCRYPTION_KEY: "", BETTER_AUTH_SECRET: "" });
    expect(problems.map((problem) => problem.variable).toSorted()).toEqual([
      "BETTER_AUTH_SECRET",
      "ENCRYPTION_KEY",
    ]);
  });

  it("accepts a key ring in place of a single key", () => {
    const ring = { ENCRYPTION_KEY: "", ENCRYPTION_KEYS: `k1:${secrets.ENCRYPTION_KEY}` };
    expect(parseEnvironment({ ...secrets, ...ring }).ENCRYPTION_KEYS).toBe(ring.ENCRYPTION_KEYS);
  });

  it("accepts keys in key stores in place of a key in the environment", () => {
    const KEY_ENCRYPTION_KEYS = "v=vault-transit:https://vault.example.com:8200/transit/orchestral";
    const environment = parseEnvironment({ ...secrets, ENCRYPTION_KEY: "", KEY_ENCRYPTION_KEYS });
    expect(environment).toMatchObject({ KEY_ENCRYPTION_KEYS, ENCRYPTION_KEY: undefined });
  });

  it("reports every problem at once, not one per start", () => {
    const { problems } = problemsOf({ PORT: "x", LOG_LEVEL: "loud", GITHUB_CLIENT_ID: "id" });
    expect(problems.map((problem) => problem.variable)).toEqual([
      "PORT",
      "LOG_LEVEL",
      "GITHUB_CLIENT_SECRET",
    ]);
  });

  it("never repeats a value, for it may be a secret in the wrong place", () => {
    const canary = "sk-ant-canary-0123456789";
    const names = [
      "PORT",
      "HOST",
      "APP_URL",
      "DATABASE_URL",
      "ANTHROPIC_BASE_URL",
      "LOG_LEVEL",
      "NODE_ENV",
      "ORCHESTRAL_DEMO",
      "ALLOWED_PRIVATE_ENDPOINTS",
    ];
    const error = problemsOf({
      ...Object.fromEntries(names.map((name) => [name, `${canary} /`])),
      BETTER_AUTH_SECRET: canary,
    });
    expect(error.problems.map((problem) => problem.variable).toSorted()).toEqual(
      [...names, "BETTER_AUTH_SECRET"].toSorted(),
    );
    expect(`${error.message}${JSON.stringify(error)}${error.stack}`).not.toContain(canary);
  });
});

function trusted(env: Record<string, string>): string[] {
  const { TRUSTED_PROXIES } = parseEnvironment({ ...secrets, ...env });
  return TRUSTED_PROXIES.map(([address, length]) => `${address.toString()}/${length}`);
}

describe("whose word on a client's address is believed", () => {
  it("is nobody's, where people connect directly", () => {
    expect(trusted({})).toEqual([]);
    expect(trusted({ HOST: "0.0.0.0", APP_URL: "https://orchestral.example" })).toEqual([]);
    expect(trusted({ APP_URL: "https://orchestral.example", TRUSTED_PROXIES: "none" })).toEqual([]);
  });

  it("is that of the proxy on this machine, if it must be there", () => {
    expect(trusted({ APP_URL: "https://orchestral.example" })).toEqual(["127.0.0.0/8", "::1/128"]);
  });

  it("is that of the proxies the operator names", () => {
    expect(trusted({ TRUSTED_PROXIES: "loopback, 10.0.0.0/8,2001:db8::1" })).toEqual([
      "127.0.0.0/8",
      "::1/128",
      "10.0.0.0/8",
      "2001:db8::1/128",
    ]);
  });

  it.each(["yes", "10.1.2.3/8", "loopback,proxy.example"])("cannot be that of %s", (value) => {
    expect(problemsOf({ TRUSTED_PROXIES: value }).problems).toEqual([
      { variable: "TRUSTED_PROXIES", sentence: expect.stringContaining("is not an IP address or range") },
    ]);
  });
});

describe("the mail server", () => {
  it("is a pair of settings, and a wrong one is named without what it says", () => {
    const pair = {
      SMTP_URL: "smtp://user:pa%40ss@mail.example.com:587",
      MAIL_FROM: "Orchestral <o@example.com>",
    };
    expect(parseEnvironment({ ...secrets, ...pair })).toMatchObject(pair);
    expect(parseEnvironment({ ...secrets, ...pair, MAIL_FROM: "o@example.com" }).MAIL_FROM).toBe(
      "o@example.com",
    );
    const problems = [
      { SMTP_URL: "https://hunter2@mail.example.com" },
      { SMTP_URL: "hunter2" },
      { SMTP_URL: pair.SMTP_URL },
      { ...pair, MAIL_FROM: "hunter2" },
      { ...pair, MAIL_FROM: "O <o@example.com>, p@example.com" },
      { ...pair, MAIL_FROM: "o@example.com\r\nBcc: hunter2@example.com" },
    ];
    for (const env of problems) {
      expect(problemsOf(env).message).toMatch(/SMTP_URL|MAIL_FROM/);
      expect(problemsOf(env).message).not.toMatch(/hunter2|pa%40ss/);
    }
  });
});
