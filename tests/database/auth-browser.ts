import { randomInt } from "node:crypto";
import { auth } from "@/lib/auth/auth";
import { answerAuthRequest } from "@/lib/auth/auth-route";

export interface Answer {
  status: number;
  // oxlint-disable-next-line no-explicit-any -- answers of every shape are looked into by tests
  body: any;
  cookies: string[];
}

/** A browser that calls Better Auth without a server in between. It keeps its cookies. */
export class Browser {
  cookie = "";
  readonly address: string;

  /** @param address the client address; a unique one by default */
  constructor(address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`) {
    this.address = address;
  }

  async call(path: string, body?: unknown): Promise<Answer> {
    const response = await answerAuthRequest(
      new Request(`http://127.0.0.1:3000/api/auth${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          origin: "http://127.0.0.1:3000",
          "x-forwarded-for": this.address,
          cookie: this.cookie,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      }),
      await auth(),
    );
    const cookies = response.headers.getSetCookie();
    if (response.ok && cookies.length > 0) {
      this.cookie = cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    }
    return { status: response.status, body: await response.json(), cookies };
  }

  async sessionId(): Promise<string | null> {
    return (await this.call("/get-session")).body?.session.id ?? null;
  }
}
