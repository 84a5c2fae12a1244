import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { postgresUrl, trustsAnyCertificate } from "./postgres-url";

/** What pg makes of the address. */
function tlsOf(query: string): unknown {
  const client = new Client({ connectionString: postgresUrl(`postgres://u:p@db.example.com/x${query}`) });
  return client.ssl;
}

describe("sslmode is read as Postgres' own clients read it", () => {
  test.each([
    ["", false],
    ["?sslmode=disable", false],
    ["?sslmode=require", { rejectUnauthorized: false }],
    ["?sslmode=no-verify", { rejectUnauthorized: false }],
    ["?sslmode=verify-full", {}],
    // One that asks for pg's own reading keeps it.
    ["?sslmode=verify-full&uselibpqcompat=false", {}],
  ])("%s", (query, tls) => {
    expect(tlsOf(query)).toEqual(tls);
  });

  test("a password keeps its special characters", () => {
    const password = `p@ss/w:ö%rd?#&+ 'x"$`;
    const url = postgresUrl(`postgres://u:${encodeURIComponent(password)}@db.example.com/x?sslmode=require`);
    expect(new Client({ connectionString: url }).password).toBe(password);
  });
});

test.each([
  ["", false],
  ["?sslmode=disable", false],
  ["?sslmode=require", true],
  ["?sslmode=prefer", true],
  ["?sslmode=no-verify", true],
  ["?sslmode=require&sslrootcert=/ca.crt", false],
  ["?sslmode=verify-full", false],
])("whether nothing checks the certificate: %s", (query, expected) => {
  expect(trustsAnyCertificate(`postgres://u:p@db.example.com/x${query}`)).toBe(expected);
});
