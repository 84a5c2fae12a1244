-- Provider keys people bring. `api_key` is sealed by the application (AES-256-GCM), never plain text;
-- `last4` and `fingerprint` stand apart so that lists never open a key.
CREATE TYPE "ai_provider" AS ENUM('anthropic', 'openai', 'openrouter');
--> statement-breakpoint
CREATE TABLE "user_ai_api_keys" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "user_id" text NOT NULL,
  "provider" "ai_provider" NOT NULL,
  "api_key" text NOT NULL,
  "last4" text NOT NULL,
  "fingerprint" text NOT NULL,
  "unreadable_since" timestamp with time zone,
  "last_used_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "user_ai_api_keys_user_provider_unique" UNIQUE("user_id","provider")
);
--> statement-breakpoint
ALTER TABLE "user_ai_api_keys" ADD CONSTRAINT "user_ai_api_keys_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "user_ai_api_keys_user_id_idx" ON "user_ai_api_keys" USING btree ("user_id");
