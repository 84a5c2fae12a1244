-- A retired key-encryption key wraps nothing any more, whatever a server was started with. OA002 is a code of our own: SQL
-- leaves classes that begin with I to Z to applications. Retiring locks the table first, so that no row comes in between the
-- count and the retirement.
CREATE FUNCTION "refuse_retired_key_encryption_key"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM written JOIN retired_key_encryption_keys r ON r.id = split_part(written.wrapped, '.', 2)) THEN
    RAISE EXCEPTION USING ERRCODE = 'OA002', MESSAGE = 'the key-encryption key of this data key was retired';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Once a statement: a rotation writes hundreds of keys in one.
CREATE TRIGGER "data_keys_insert_refuse_retired" AFTER INSERT ON "data_keys"
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION refuse_retired_key_encryption_key();
--> statement-breakpoint
-- A key that was wrapped before the retirement (restored from a backup, say) can still be retired, marked and destroyed.
CREATE FUNCTION "refuse_wrapping_by_retired_key"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM written JOIN retired_key_encryption_keys r ON r.id = split_part(written.wrapped, '.', 2)
    LEFT JOIN before ON before.id = written.id WHERE before.wrapped IS DISTINCT FROM written.wrapped
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'OA002', MESSAGE = 'the key-encryption key of this data key was retired';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "data_keys_update_refuse_retired" AFTER UPDATE ON "data_keys"
  REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION refuse_wrapping_by_retired_key();
--> statement-breakpoint
-- Whoever makes the first account operates the installation, if nobody is named. It is written down once: should that account
-- go, the next oldest must not come into it.
ALTER TABLE "vault_state" ADD COLUMN "first_account_id" text;
--> statement-breakpoint
UPDATE "vault_state" SET "first_account_id" = (SELECT id FROM "user" ORDER BY created_at, id LIMIT 1);
--> statement-breakpoint
CREATE FUNCTION "remember_first_account"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE vault_state SET first_account_id = NEW.id WHERE first_account_id IS NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "user_remember_first" AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION remember_first_account();
--> statement-breakpoint
-- Which data keys were made since the last rotation of them began, as a number: the clock that dated them may step back.
ALTER TABLE "data_keys" ADD COLUMN "generation" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "vault_state" ADD COLUMN "data_key_generation" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "vault_state" DROP COLUMN "data_keys_not_before";
