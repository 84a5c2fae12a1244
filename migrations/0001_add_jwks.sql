-- Key pairs that sign the agent route's bearer tokens.
CREATE TABLE "jwks" (
  "id" text PRIMARY KEY NOT NULL,
  "public_key" text NOT NULL,
  "private_key" text NOT NULL,
  "alg" text,
  "crv" text,
  "created_at" timestamp NOT NULL,
  "expires_at" timestamp
);
