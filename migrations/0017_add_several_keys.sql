-- Several keys of one person for one provider, any provider, endpoints of one's own, what is known about a key's health, and a
-- replaced key that stays available for a while.
ALTER TABLE "user_ai_api_keys" DROP CONSTRAINT "user_ai_api_keys_user_provider_unique";
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ALTER COLUMN "provider" TYPE text USING "provider"::text;
--> statement-breakpoint
ALTER TABLE "usage_events" ALTER COLUMN "provider" TYPE text USING "provider"::text;
--> statement-breakpoint
-- Which providers there are is the code's matter: adding one needs no migration.
DROP TYPE "ai_provider";
--> statement-breakpoint
-- What the sealed value is bound to beside its owner. Values from before there were several keys are bound to the provider's name.
ALTER TABLE "user_ai_api_keys" ADD COLUMN "seal_purpose" text DEFAULT '' NOT NULL;
--> statement-breakpoint
UPDATE "user_ai_api_keys" SET "seal_purpose" = "provider";
--> statement-breakpoint
-- Rows taken over from the earlier design know nothing of it either.
CREATE FUNCTION "default_seal_purpose"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seal_purpose = '' THEN NEW.seal_purpose := NEW.provider; END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "user_ai_api_keys_default_seal_purpose" BEFORE INSERT ON "user_ai_api_keys"
  FOR EACH ROW EXECUTE FUNCTION default_seal_purpose();
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "label" text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "base_url" text;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "is_default" boolean DEFAULT true NOT NULL;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "disabled_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "previous_of" uuid;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "available_until" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "health" text;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "health_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "last_tested_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "last_error" text;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "last_error_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "has_notice" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD COLUMN "told_of" text;
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD CONSTRAINT "user_ai_api_keys_user_purpose_unique" UNIQUE("user_id","seal_purpose");
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD CONSTRAINT "user_ai_api_keys_previous_of_user_ai_api_keys_id_fk" FOREIGN KEY ("previous_of") REFERENCES "user_ai_api_keys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "user_ai_api_keys_default_idx" ON "user_ai_api_keys" USING btree ("user_id","provider") WHERE "is_default";
--> statement-breakpoint
CREATE UNIQUE INDEX "user_ai_api_keys_previous_of_idx" ON "user_ai_api_keys" USING btree ("previous_of");
--> statement-breakpoint
-- The receipt: which key paid, and the prices the cost was reckoned with.
ALTER TABLE "usage_events" ADD COLUMN "key_id" uuid;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "key_label" text;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "thread_id" uuid;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "requests" integer;
--> statement-breakpoint
ALTER TABLE "usage_events" ADD COLUMN "price" jsonb;
--> statement-breakpoint
CREATE INDEX "usage_events_key_id_at_idx" ON "usage_events" USING btree ("key_id","at");
