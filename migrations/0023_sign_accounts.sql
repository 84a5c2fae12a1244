-- What grants use of an account carries a MAC whose key the database does not hold in plain (lib/auth/authority). Rows of
-- before are signed once, by the first start (domain/vault/authority/prepare-authority.ts); from then on a row without a MAC is refused.
ALTER TABLE "user" ADD COLUMN "mac" text;
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "mac" text;
--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "mac" text;
--> statement-breakpoint
ALTER TABLE "verification" ADD COLUMN "mac" text;
--> statement-breakpoint
ALTER TABLE "jwks" ADD COLUMN "mac" text;
--> statement-breakpoint
-- The MAC covers this too: who made the first account operates the installation, if nobody is named.
ALTER TABLE "user" ADD COLUMN "is_first" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
UPDATE "user" SET "is_first" = true WHERE id = (SELECT first_account_id FROM vault_state);
--> statement-breakpoint
CREATE TABLE "authority_key" (
  "id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
  "under_secret" text NOT NULL,
  "under_vault" text,
  "data_key_id" text,
  CONSTRAINT "authority_key_one_row" CHECK (id = 1)
);
