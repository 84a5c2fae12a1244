-- Usage becomes one row for each request to a provider. Rows of before are one for each message: `requests` says of how many.
-- Whose key paid is its owner, of whatever kind. What a shared key paid outlives the person who used it: `user_id` is an opaque
-- id that stays, as in `audit_events`; what a person's own key paid goes with the person.
ALTER TABLE "usage_events" DROP CONSTRAINT "usage_events_user_id_user_id_fk";
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "owner_kind" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "owner_id" text;
--> statement-breakpoint
UPDATE "usage_events" SET
  "owner_kind" = CASE "key_provider" WHEN 'platform' THEN 'installation' ELSE 'person' END,
  "owner_id" = CASE "key_provider" WHEN 'platform' THEN 'installation' ELSE "user_id" END;
--> statement-breakpoint
ALTER TABLE "usage_events" ALTER COLUMN "owner_kind" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "usage_events" ALTER COLUMN "owner_id" SET NOT NULL;
--> statement-breakpoint
-- For servers of before, while an installation is updated one by one.
CREATE FUNCTION name_owner_of_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.key_provider = 'platform' THEN
    NEW.owner_kind := 'installation';
    NEW.owner_id := 'installation';
  ELSE
    NEW.owner_kind := 'person';
    NEW.owner_id := NEW.user_id;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER name_owner_of_usage BEFORE INSERT ON "usage_events" FOR EACH ROW
  WHEN (NEW."owner_kind" IS NULL) EXECUTE FUNCTION name_owner_of_usage();
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "purpose" text DEFAULT 'chat' NOT NULL;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "round" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "secret_id" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "provider_request_id" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "cache_write_1h_tokens" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "web_searches" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "service_tier" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "raw_usage" jsonb;
--> statement-breakpoint
CREATE INDEX "usage_events_owner_at_idx" ON "usage_events" USING btree ("owner_kind","owner_id","at");
--> statement-breakpoint
-- What a person, or the operators of the installation, must learn. Once, however many requests or servers notice it.
CREATE TABLE "notifications" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "kind" text NOT NULL,
  "dedupe_key" text NOT NULL,
  "detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "notifications_once" UNIQUE("owner_kind","owner_id","kind","dedupe_key")
);
--> statement-breakpoint
CREATE INDEX "notifications_owner_created_at_idx" ON "notifications" USING btree ("owner_kind","owner_id","created_at");
--> statement-breakpoint
CREATE FUNCTION forget_what_a_person_owned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM usage_events WHERE owner_kind = 'person' AND owner_id = OLD.id;
  DELETE FROM notifications WHERE owner_kind = 'person' AND owner_id = OLD.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_what_a_person_owned AFTER DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION forget_what_a_person_owned();
