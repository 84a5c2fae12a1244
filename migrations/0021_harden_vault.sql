-- Statistics of a column are made of its values, and hold them after their rows are gone. Nothing plans by what is in these
-- columns. Setting the type drops the statistics there are.
ALTER TABLE "user_ai_api_keys" ALTER COLUMN "api_key" SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ALTER COLUMN "api_key" SET STATISTICS 0;
--> statement-breakpoint
ALTER TABLE "project_secrets" ALTER COLUMN "value" SET DATA TYPE jsonb;
--> statement-breakpoint
ALTER TABLE "project_secrets" ALTER COLUMN "value" SET STATISTICS 0;
--> statement-breakpoint
-- The type of a column that another is generated from cannot be set.
ALTER TABLE "data_keys" DROP COLUMN "key_encryption_key_id";
--> statement-breakpoint
ALTER TABLE "data_keys" ALTER COLUMN "wrapped" SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE "data_keys" ALTER COLUMN "wrapped" SET STATISTICS 0;
--> statement-breakpoint
ALTER TABLE "data_keys" ADD COLUMN "key_encryption_key_id" text GENERATED ALWAYS AS (split_part(wrapped, '.', 2)) STORED;
--> statement-breakpoint
ALTER TABLE "account" ALTER COLUMN "password" SET DATA TYPE text, ALTER COLUMN "access_token" SET DATA TYPE text,
  ALTER COLUMN "refresh_token" SET DATA TYPE text, ALTER COLUMN "id_token" SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE "account" ALTER COLUMN "password" SET STATISTICS 0, ALTER COLUMN "access_token" SET STATISTICS 0,
  ALTER COLUMN "refresh_token" SET STATISTICS 0, ALTER COLUMN "id_token" SET STATISTICS 0;
--> statement-breakpoint
ALTER TABLE "jwks" ALTER COLUMN "private_key" SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE "jwks" ALTER COLUMN "private_key" SET STATISTICS 0;
--> statement-breakpoint
-- A row that is deleted or replaced stays in the files until its table is rewritten (docs/decisions/0029-erasure.md). Counts
-- the statements that left such rows: a sequence, because nobody waits for another one's transaction to count.
CREATE SEQUENCE "freed_secrets";
--> statement-breakpoint
ALTER TABLE "vault_state" ADD COLUMN "erased_through" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- What was freed before this migration is to be erased too.
SELECT nextval('freed_secrets');
--> statement-breakpoint
CREATE FUNCTION "note_freed_secret"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('freed_secrets');
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "user_ai_api_keys_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "api_key" ON "user_ai_api_keys"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
CREATE TRIGGER "project_secrets_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "value" ON "project_secrets"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
CREATE TRIGGER "data_keys_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "wrapped" ON "data_keys"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
CREATE TRIGGER "account_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "password", "access_token", "refresh_token", "id_token" ON "account"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
CREATE TRIGGER "jwks_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "private_key" ON "jwks"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
CREATE TRIGGER "user_freed" AFTER DELETE OR TRUNCATE ON "user"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
-- A server signs what it records, so that it chains no record that another hand put in (docs/decisions/0030-audit-origin.md).
ALTER TABLE "audit_events" ADD COLUMN "origin_mac" text;
