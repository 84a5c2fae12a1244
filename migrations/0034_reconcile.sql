-- Keys with which an organization's owner reads what its provider charged. `sealed_key` is sealed by the application under
-- data keys of their own (`data_keys.owner_kind` = 'reconcile'), and only the server itself opens it.
CREATE TABLE "admin_keys" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "seal_owner" text GENERATED ALWAYS AS ("owner_kind" || ':' || "owner_id") STORED NOT NULL,
  "provider" text NOT NULL,
  "sealed_key" text NOT NULL,
  "seal_purpose" text NOT NULL,
  "last4" text NOT NULL,
  "unreadable_since" timestamp with time zone,
  "created_by" text NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "admin_keys_one_of_a_provider" UNIQUE("owner_kind","owner_id","provider"),
  CONSTRAINT "admin_keys_owner_purpose" UNIQUE("seal_owner","seal_purpose")
);
--> statement-breakpoint
ALTER TABLE "admin_keys" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "admin_keys" ALTER COLUMN "sealed_key" SET STATISTICS 0;
--> statement-breakpoint
CREATE TRIGGER "admin_keys_freed" AFTER DELETE OR TRUNCATE OR UPDATE OF "sealed_key" ON "admin_keys"
  FOR EACH STATEMENT EXECUTE FUNCTION note_freed_secret();
--> statement-breakpoint
-- Whom to ask, when, and what came of it. A server claims a row while it asks.
CREATE TABLE "reconciliation_sources" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "provider" text NOT NULL,
  "key_ref" text NOT NULL,
  "next_at" timestamp with time zone DEFAULT now() NOT NULL,
  "claim" uuid,
  "claimed_until" timestamp with time zone,
  "fetched_at" timestamp with time zone,
  "covered_from" date,
  "covered_to" date,
  "keys" jsonb DEFAULT '[]'::jsonb NOT NULL,
  "failure" text,
  "failed_at" timestamp with time zone,
  CONSTRAINT "reconciliation_sources_once" UNIQUE("owner_kind","owner_id","provider","key_ref")
);
--> statement-breakpoint
CREATE INDEX "reconciliation_sources_next_at_idx" ON "reconciliation_sources" USING btree ("next_at");
--> statement-breakpoint
-- What a provider says it charged on a day (UTC). Its own figures: a later report of the same day replaces them.
CREATE TABLE "provider_charges" (
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "provider" text NOT NULL,
  "key_id" text NOT NULL,
  "day" date NOT NULL,
  "model" text DEFAULT '' NOT NULL,
  "key_hint" text,
  "micro_usd" bigint NOT NULL,
  "list_micro_usd" bigint,
  "total_before_micro_usd" bigint,
  "fetched_at" timestamp with time zone NOT NULL,
  CONSTRAINT "provider_charges_pk" PRIMARY KEY("owner_kind","owner_id","provider","day","key_id","model"),
  CONSTRAINT "provider_charges_not_negative" CHECK (micro_usd >= 0 and coalesce(list_micro_usd, 0) >= 0)
);
--> statement-breakpoint
-- What was learned later of a request. Its usage row and its receipt stay as they were written.
CREATE TABLE "usage_corrections" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "usage_id" uuid NOT NULL,
  "at" timestamp with time zone NOT NULL,
  "source" text NOT NULL,
  "cost_micro_usd" bigint NOT NULL,
  "input_tokens" integer,
  "cached_input_tokens" integer,
  "output_tokens" integer,
  "reasoning_tokens" integer,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "usage_corrections_usage_id_fk" FOREIGN KEY ("usage_id") REFERENCES "public"."usage_events"("id") ON DELETE cascade,
  CONSTRAINT "usage_corrections_once" UNIQUE("usage_id","source"),
  CONSTRAINT "usage_corrections_not_negative" CHECK (cost_micro_usd >= 0)
);
--> statement-breakpoint
CREATE TABLE "correction_attempts" (
  "usage_id" uuid PRIMARY KEY NOT NULL,
  "attempts" integer DEFAULT 1 NOT NULL,
  "next_at" timestamp with time zone NOT NULL,
  CONSTRAINT "correction_attempts_usage_id_fk" FOREIGN KEY ("usage_id") REFERENCES "public"."usage_events"("id") ON DELETE cascade
);
--> statement-breakpoint
-- The rows to ask about are few among all usage.
CREATE INDEX "usage_events_to_correct_idx" ON "usage_events" USING btree ("owner_kind","owner_id","at")
  WHERE provider = 'openrouter' AND provider_request_id IS NOT NULL
    AND (cost_micro_usd IS NULL OR cost_source IN ('floor', 'partial'));
--> statement-breakpoint
-- The data keys of what a person sealed go with the person. The owner's row is locked first, here and by whoever seals.
CREATE FUNCTION forget_reconciliation_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM admin_keys WHERE owner_kind = 'person' AND owner_id = OLD.id;
  WITH gone AS (
    UPDATE data_keys SET state = 'destroyed', wrapped = NULL, destroyed_at = now()
    WHERE (owner_kind = 'reconcile' AND owner_id = 'person:' || OLD.id AND state = 'active')
      OR (owner_kind = 'reconcile' AND owner_id = 'person:' || OLD.id AND state = 'decrypt_only')
    RETURNING id
  )
  INSERT INTO audit_events (actor_id, action, object_id, detail)
  SELECT 'system:owner-deleted', 'data_key.destroyed', id, jsonb_build_object('ownerKind', 'reconcile') FROM gone;
  DELETE FROM reconciliation_sources WHERE owner_kind = 'person' AND owner_id = OLD.id;
  DELETE FROM provider_charges WHERE owner_kind = 'person' AND owner_id = OLD.id;
  RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER "user_reconciliation" BEFORE DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION forget_reconciliation_of_person();
--> statement-breakpoint
-- A server of before does not walk this column: its rotation would take retired data keys that are needed here for unused.
CREATE FUNCTION keep_data_key_of_admin_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM admin_keys WHERE seal_owner = OLD.owner_id AND split_part(sealed_key, '.', 2) = OLD.id) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "data_keys_of_admin_keys" BEFORE UPDATE OF "state" ON "data_keys" FOR EACH ROW
  WHEN (NEW."state" = 'destroyed' AND OLD."owner_kind" = 'reconcile') EXECUTE FUNCTION keep_data_key_of_admin_key();
