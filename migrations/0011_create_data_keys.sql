-- One data key an owner, wrapped by a key-encryption key. A destroyed key keeps its row, without the key: whatever a
-- backup still holds under it can no longer be opened.
CREATE TYPE "public"."data_key_state" AS ENUM('active', 'decrypt_only', 'destroyed');
--> statement-breakpoint
CREATE TABLE "data_keys" (
  "id" text PRIMARY KEY NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "state" "data_key_state" DEFAULT 'active' NOT NULL,
  "wrapped" text,
  "key_encryption_key_id" text GENERATED ALWAYS AS (split_part(wrapped, '.', 2)) STORED,
  "seals" bigint DEFAULT 0 NOT NULL,
  "unreadable_since" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "retired_at" timestamp with time zone,
  "destroyed_at" timestamp with time zone,
  CONSTRAINT "data_keys_destroyed_without_key" CHECK ((state = 'destroyed') = (wrapped is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "data_keys_one_active_per_owner" ON "data_keys" USING btree ("owner_kind","owner_id") WHERE state = 'active';
--> statement-breakpoint
-- Together with the one above it finds every key of an owner that is not destroyed, and costs a new key nothing.
CREATE INDEX "data_keys_retired_of_owner_idx" ON "data_keys" USING btree ("owner_kind","owner_id") WHERE state = 'decrypt_only';
--> statement-breakpoint
CREATE TABLE "vault_state" (
  "id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
  "data_keys_not_before" timestamp with time zone,
  CONSTRAINT "vault_state_one_row" CHECK (id = 1)
);
--> statement-breakpoint
INSERT INTO "vault_state" ("id") VALUES (1);
--> statement-breakpoint
CREATE TABLE "retired_key_encryption_keys" (
  "id" text PRIMARY KEY NOT NULL,
  "retired_at" timestamp with time zone DEFAULT now() NOT NULL,
  "retired_by" text NOT NULL
);
--> statement-breakpoint
-- A secret becomes a JSON document of which fields are sealed; its text is one of them.
ALTER TABLE "project_secrets" ALTER COLUMN "value" SET DATA TYPE jsonb USING jsonb_build_object('text', "value");
--> statement-breakpoint
ALTER TABLE "project_secrets" ADD COLUMN "unreadable_since" timestamp with time zone;
--> statement-breakpoint
-- An owner's data keys go with the owner, whichever way it is deleted: by its own verb, by a cascade or by hand. Postgres
-- locks the owner's row before the trigger runs, and deletes the sealed values after it: locks are always taken in the order
-- owner, data key, sealed value.
CREATE FUNCTION "destroy_data_keys_of_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH gone AS (
    UPDATE data_keys SET state = 'destroyed', wrapped = NULL, destroyed_at = now()
    WHERE (owner_kind = TG_ARGV[0] AND owner_id = OLD.id::text AND state = 'active')
      OR (owner_kind = TG_ARGV[0] AND owner_id = OLD.id::text AND state = 'decrypt_only')
    RETURNING id
  )
  INSERT INTO audit_events (actor_id, action, object_id, detail)
  SELECT 'system:owner-deleted', 'data_key.destroyed', id, jsonb_build_object('ownerKind', TG_ARGV[0]) FROM gone;
  RETURN OLD;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "user_data_keys" BEFORE DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION destroy_data_keys_of_owner('user');
--> statement-breakpoint
CREATE TRIGGER "project_data_keys" BEFORE DELETE ON "projects" FOR EACH ROW EXECUTE FUNCTION destroy_data_keys_of_owner('project');
